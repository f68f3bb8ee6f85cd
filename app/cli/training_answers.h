// What a run that has just been trained answers on the rows held out, for its report.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/tasks/forecast/train_forecast_options.h"
#include "app/tasks/series/series_data.h"
#include "app/tasks/text/train_text_options.h"
#include "datasets/token_file.h"

namespace mnemo {

// Rows of a file of texts whose labels are known, after the texts themselves are done with.
struct EncodedRows {
  std::string file;
  std::string sha256;  // of the file
  TextReaderOptions reader;
  std::shared_ptr<const TokenFile> tokens;  // of all its rows
  std::vector<int32_t> rows;
  std::vector<int32_t> labels;  // of each of them
};

nlohmann::json text_answers(const std::filesystem::path& run, const EncodedRows& rows,
                            const ComputeOptions& compute);

// `holds_out`: whether these series did not train the model.
nlohmann::json series_answers(const std::filesystem::path& run, const SeriesPart& series,
                              bool holds_out, const ComputeOptions& compute);

// Of the test part, or the validation part where there is none.
nlohmann::json forecast_answers(const std::filesystem::path& run,
                                const TrainForecastOptions& options, bool has_test_part);

}  // namespace mnemo
