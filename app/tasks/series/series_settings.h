// All that besides weights makes a model of series: architecture, features, and labels or targets.
// The same JSON object stands in a run's meta.json and inside an exported model.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "app/settings/series_enum_tables.h"
#include "datasets/labels.h"
#include "datasets/scaler.h"
#include "datasets/series/labelled_series.h"
#include "mnemo/rows.h"
#include "models/export/series_model_export.h"

namespace mnemo {

struct SeriesSettings {
  SeriesModelOptions model;
  TargetKind target_kind = TargetKind::label;
  std::vector<std::string> features;
  LabelSet labels;                      // of classes
  std::vector<Scaling> target_scaling;  // of numbers
  SeriesReaderOptions reader;           // as the training file was read

  SeriesAnswer answer() const {
    return target_kind == TargetKind::label ? SeriesAnswer::probabilities : SeriesAnswer::numbers;
  }
};

// Fills in what `model` must know of features and targets.
void complete_model(SeriesSettings& settings);

// The names of the numbers that the model answers with: the columns', or "target 1" and so on of
// files that have no names for them.
std::vector<std::string> target_names(const SeriesSettings& settings);

nlohmann::json to_json(const SeriesSettings& settings);

// Throws Error, with `name` and which key, when one is missing or holds what it should not.
SeriesSettings series_settings_from_json(const nlohmann::json& json, const std::string& name);

// Reads a file for a trained model. Throws Error when its features are not those of the training
// file (named), or a series is longer than learned positions.
LabelledSeries read_series_for(const SeriesSettings& settings, const SeriesReaderOptions& options,
                               const std::string& file, Targets targets);

// The same of series in memory with their answers; `name` stands for them in messages.
LabelledSeries label_series_for(const SeriesSettings& settings, const TrainingSeries& rows,
                                const std::string& name);

// The same of series in memory, each (steps, features), one step after another; `name` stands for
// them in messages. Throws UsageError for values that are no whole number of steps, none at all, or
// not finite.
LabelledSeries make_series_for(const SeriesSettings& settings,
                               std::span<const std::span<const float>> series,
                               const std::string& name);

// (series, targets) numbers; throws Error, naming series and cell, for a target that is none.
std::vector<double> numbers_of(const LabelledSeries& data, const std::string& file);

}  // namespace mnemo
