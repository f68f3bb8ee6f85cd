// The answers of a model of series that has just been trained, on series held out, for its report.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/settings/compute.h"
#include "app/tasks/series/series_data.h"

namespace mnemo {

// `holds_out`: whether these series did not train the model.
nlohmann::json series_answers(const std::filesystem::path& run, const SeriesPart& series,
                              bool holds_out, const ComputeOptions& compute);

}  // namespace mnemo
