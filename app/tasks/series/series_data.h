// Leads from files to the training and validation series.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/tasks/series/series_settings.h"
#include "app/tasks/series/train_series_options.h"
#include "datasets/row_sketch.h"
#include "mnemo/reporter.h"

namespace mnemo {

// Some series of a file and what a model should answer.
struct SeriesPart {
  std::shared_ptr<const LabelledSeries> data;
  std::vector<int64_t> series;  // those of this part
  at::Tensor targets;           // (series) int64 class numbers, or (series, targets) scaled numbers
  at::Tensor aux_targets;       // (series) int64 of second labels, -1: none; undefined without
  // (series, outputs) of a linear part that has not seen the series; undefined without.
  at::Tensor linear_answers = {};

  int64_t size() const { return std::ssize(series); }
};

struct SeriesData {
  SeriesSettings settings;
  std::vector<Scaling> feature_scaling;
  LabelSet aux_labels;      // of `aux-label-column`
  SeriesPart train, valid;  // without series to validate on, `valid` is `train`
  RowSketch seen;           // the series of the training part
  bool holds_out = true;    // whether valid is not train
  std::string train_sha256, valid_sha256;
};

// One a series of the file; those of equal values have equal ones.
std::vector<uint64_t> hashes_of(const LabelledSeries& data);

// A number of its values, for a RowSketch: the same on every machine, as hashes are not.
uint64_t fingerprint_of_series(const LabelledSeries& data, int64_t series);

// Throws Error for a single class, a label that only validation has, and what the reader refuses.
// `warn` hears of constant features and filled values.
SeriesData read_series_data(const TrainSeriesOptions& options, const Warn& warn);

}  // namespace mnemo
