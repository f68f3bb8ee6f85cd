#include "app/tasks/series/series_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <string_view>

#include "app/support/seeds.h"
#include "common/input_stream.h"
#include "datasets/split.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

std::shared_ptr<const LabelledSeries> read(const std::string& file, const TrainingSeries* rows,
                                           const SeriesReaderOptions& options, const Warn& warn) {
  auto data = std::make_shared<const LabelledSeries>(
      rows != nullptr ? label_series(*rows, options.missing, file)
                      : read_labelled_series(file, options, Targets::required));
  for (const auto& warning : data->warnings) warn(warning);
  return data;
}

// Class numbers, one a series.
std::vector<int32_t> classes_of(const LabelledSeries& data, const LabelSet& labels,
                                const std::string& file) {
  std::vector<int32_t> numbers;
  for (size_t i = 0; i < data.targets.size(); ++i) {
    const auto number = labels.find(data.targets[i]);
    if (!number) {
      throw Error(
          fmt::format("{}: series {} has the label \"{}\", which does not occur in the "
                      "training file, so nothing could learn it",
                      file, data.ids[i], data.targets[i]));
    }
    numbers.push_back(static_cast<int32_t>(*number));
  }
  return numbers;
}

std::vector<int64_t> all_of(const LabelledSeries& data) {
  std::vector<int64_t> series(static_cast<size_t>(data.size()));
  std::iota(series.begin(), series.end(), 0);
  return series;
}

std::vector<Scaling> fit_features(const SeriesPart& part, ScalerKind kind, const std::string& file,
                                  const Warn& warn) {
  std::vector<Scaling> scaling;
  const auto& data = *part.data;
  for (int64_t feature = 0; feature < data.width(); ++feature) {
    std::vector<double> values;
    for (const int64_t series : part.series) {
      const int64_t end = data.offsets[static_cast<size_t>(series) + 1];
      for (int64_t step = data.offsets[static_cast<size_t>(series)]; step < end; ++step) {
        values.push_back(
            static_cast<double>(data.values[static_cast<size_t>(step * data.width() + feature)]));
      }
    }
    scaling.push_back(fit_scaling(values, kind));
    const auto [least, largest] = std::ranges::minmax(values);
    if (least < largest) continue;
    warn(
        fmt::format("{}: feature {} is {} in every training series; nothing can be learned from it",
                    file, data.features[static_cast<size_t>(feature)], least));
  }
  return scaling;
}

std::vector<Scaling> fit_targets(const std::vector<double>& numbers, int64_t targets,
                                 const std::vector<int64_t>& series, ScalerKind kind) {
  std::vector<Scaling> scaling;
  for (int64_t target = 0; target < targets; ++target) {
    std::vector<double> values;
    for (const int64_t one : series) {
      values.push_back(numbers[static_cast<size_t>(one * targets + target)]);
    }
    scaling.push_back(fit_scaling(values, kind));
  }
  return scaling;
}

at::Tensor scaled_targets(const std::vector<double>& numbers, const std::vector<Scaling>& scaling,
                          const std::vector<int64_t>& series) {
  const auto targets = std::ssize(scaling);
  auto result = at::empty({std::ssize(series), targets});
  float* out = result.mutable_data_ptr<float>();
  for (const int64_t one : series) {
    for (int64_t target = 0; target < targets; ++target) {
      const double number = numbers[static_cast<size_t>(one * targets + target)];
      *out++ = static_cast<float>(scaling[static_cast<size_t>(target)].apply(number));
    }
  }
  return result;
}

at::Tensor class_targets(const std::vector<int32_t>& classes, const std::vector<int64_t>& series) {
  std::vector<int64_t> targets;
  for (const int64_t one : series) targets.push_back(classes[static_cast<size_t>(one)]);
  return at::tensor(targets, at::kLong);
}

// Holds a share out, stratified by `strata`.
void split(SeriesData& data, const TrainSeriesOptions& options,
           const std::vector<int32_t>& strata) {
  const double share = resolve_valid_share(options.valid_share, data.train.size());
  const auto parts =
      stratified_split(hashes_of(*data.train.data), strata, share,
                       seed_for(seed_of_split(options.seed, options.split_seed), SeedUse::split));
  if (parts.valid.empty() || parts.train.empty()) {
    throw Error(fmt::format(
        "{}: of {} series none can be held out for validation, because each label needs at least "
        "two different ones; add series, or name a file with `valid`",
        options.train_file, data.train.data->size()));
  }
  data.train.series.assign(parts.train.begin(), parts.train.end());
  data.valid.data = data.train.data;
  data.valid.series.assign(parts.valid.begin(), parts.valid.end());
}

void read_classes(SeriesData& data, const TrainSeriesOptions& options, bool splits) {
  const auto& train = *data.train.data;
  if (train.targets_per_series != 1) {
    throw Error(
        fmt::format("{}: a series has {} targets, and a class is one; name one label column, "
                    "or add `target-kind` number",
                    options.train_file, train.targets_per_series));
  }
  auto& labels = data.settings.labels;
  labels = LabelSet::of(train.targets);
  if (labels.size() < 2) {
    throw Error(fmt::format(
        "{}: every series has the label \"{}\"; a classifier needs series of at least two labels",
        options.train_file, labels.name(0)));
  }
  const auto classes = classes_of(train, labels, options.train_file);
  if (splits) split(data, options, classes);
  data.train.targets = class_targets(classes, data.train.series);
  const bool own_file = data.valid.data && data.valid.data != data.train.data;
  if (data.holds_out) {
    data.valid.targets =
        class_targets(own_file ? classes_of(*data.valid.data, labels, options.valid_file) : classes,
                      data.valid.series);
  }
}

void read_numbers(SeriesData& data, const TrainSeriesOptions& options, bool splits) {
  const auto numbers = numbers_of(*data.train.data, options.train_file);
  if (splits) split(data, options, std::vector<int32_t>(data.train.series.size(), 0));
  auto& scaling = data.settings.target_scaling;
  scaling =
      fit_targets(numbers, data.train.data->targets_per_series, data.train.series, options.scaler);
  data.train.targets = scaled_targets(numbers, scaling, data.train.series);
  const bool own_file = data.valid.data && data.valid.data != data.train.data;
  if (data.holds_out) {
    data.valid.targets =
        scaled_targets(own_file ? numbers_of(*data.valid.data, options.valid_file) : numbers,
                       scaling, data.valid.series);
  }
}

// Reads the second labels of the training series; validation looks at the targets alone.
void read_aux_labels(SeriesData& data, const TrainSeriesOptions& options) {
  const auto& column = options.reader.aux_label_column;
  const auto& names = data.train.data->aux_labels;
  if (names.empty()) {
    throw Error(
        fmt::format("{}: it has no column \"{}\" of second labels (`aux-label-column`), which "
                    "only CSV files can have",
                    options.train_file, column));
  }
  std::vector<std::string> given;
  std::ranges::copy_if(names, std::back_inserter(given),
                       [](const std::string& name) { return !name.empty(); });
  data.aux_labels = LabelSet::of(given);
  if (data.aux_labels.size() < 2) {
    throw Error(fmt::format(
        "{}: `aux-label-column` {} holds {} different labels; a second head needs two at least",
        options.train_file, column, data.aux_labels.size()));
  }
  std::vector<int64_t> numbers;
  for (const int64_t series : data.train.series) {
    const auto number = data.aux_labels.find(names[static_cast<size_t>(series)]);
    numbers.push_back(number ? *number : -1);
  }
  data.train.aux_targets = at::tensor(numbers, at::kLong);
  data.settings.model.aux_classes = data.aux_labels.size();
}

}  // namespace

std::vector<uint64_t> hashes_of(const LabelledSeries& data) {
  std::vector<uint64_t> hashes;
  for (int64_t i = 0; i < data.size(); ++i) {
    const auto begin = data.offsets[static_cast<size_t>(i)] * data.width();
    const auto bytes = static_cast<size_t>(data.length(i) * data.width()) * sizeof(float);
    hashes.push_back(std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(data.values.data() + begin), bytes}));
  }
  return hashes;
}

uint64_t fingerprint_of_series(const LabelledSeries& data, int64_t series) {
  const auto begin = data.offsets[static_cast<size_t>(series)] * data.width();
  const auto bytes = static_cast<size_t>(data.length(series) * data.width()) * sizeof(float);
  return fingerprint_of({reinterpret_cast<const char*>(data.values.data() + begin), bytes});
}

SeriesData read_series_data(const TrainSeriesOptions& options, const Warn& warn) {
  SeriesData data;
  data.train.data = read(options.train_file, options.train_rows, options.reader, warn);
  data.train.series = all_of(*data.train.data);
  data.train_sha256 = data.train.data->sha256;
  auto& settings = data.settings;
  settings.model = options.model;
  settings.target_kind = options.target_kind;
  for (int64_t i = 0; i < data.train.data->size(); ++i) {
    auto& longest = settings.model.transformer.longest;
    longest = std::max<int64_t>(longest, data.train.data->length(i));
  }
  settings.features = data.train.data->features;
  settings.reader = options.reader;
  settings.reader.labels_file.clear();
  settings.reader.known_format = data.train.data->format;
  if (options.reader.format != SeriesFormat::automatic) {
    settings.reader.ending = format_ending(options.train_file);
  }
  if (!options.valid_file.empty()) {
    auto reader = options.reader;
    reader.labels_file = options.valid_labels_file;
    data.valid.data = std::make_shared<const LabelledSeries>(
        options.valid_rows != nullptr
            ? label_series_for(settings, *options.valid_rows, options.valid_file)
            : read_series_for(settings, reader, options.valid_file, Targets::required));
    for (const auto& warning : data.valid.data->warnings) warn(warning);
    data.valid.series = all_of(*data.valid.data);
    data.valid_sha256 = data.valid.data->sha256;
    if (data.valid.data->targets_per_series != data.train.data->targets_per_series) {
      throw Error(fmt::format("{}: a series has {} targets, and one of {} has {}",
                              options.valid_file, data.valid.data->targets_per_series,
                              options.train_file, data.train.data->targets_per_series));
    }
  }
  data.holds_out = !options.valid_file.empty() ||
                   resolve_valid_share(options.valid_share, data.train.size()) > 0.0;
  const bool splits = options.valid_file.empty() && data.holds_out;
  switch (options.target_kind) {
    case TargetKind::label:
      read_classes(data, options, splits);
      break;
    case TargetKind::number:
      read_numbers(data, options, splits);
      break;
  }
  if (!options.reader.aux_label_column.empty()) read_aux_labels(data, options);
  complete_model(settings);
  data.feature_scaling = fit_features(data.train, options.scaler, options.train_file, warn);
  if (!data.holds_out) data.valid = data.train;
  for (const int64_t series : data.train.series) {
    data.seen.add(fingerprint_of_series(*data.train.data, series));
  }
  return data;
}

}  // namespace mnemo
