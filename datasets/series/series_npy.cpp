// Reader of series as NumPy arrays in .npy files: one of the values, and one of the targets.
#include "datasets/series/series_npy.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "datasets/message_text.h"
#include "datasets/series/series_checks.h"
#include "datasets/series/series_format.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

void require_shape_of_values(const NpyArray& array) {
  if (array.is_text()) {
    throw Error(fmt::format("{}: the array holds text where numbers were expected", array.name()));
  }
  if (array.shape().size() == 2 || array.shape().size() == 3) return;
  throw Error(
      fmt::format("{}: an array of shape {} where (series, steps, features) or, of one feature, "
                  "(series, steps) was expected",
                  array.name(), array.shape_text()));
}

// Nothing for what is no regular file.
std::optional<int64_t> size_of(const fs::path& path) {
  std::error_code unknown;
  const auto size = fs::file_size(path, unknown);
  if (unknown) return std::nullopt;
  return static_cast<int64_t>(size);
}

LabelledSeries read_npy(const SeriesSource& source, const SeriesReaderOptions& options,
                        Targets targets) {
  NpyArray values(source.input, source.path.string(), size_of(source.path));
  auto series = series_of_array(values, options.missing);
  if (targets == Targets::ignored) return series;
  if (options.labels_file.empty()) {
    throw UsageError(fmt::format(
        "{}: an array of values holds no targets; name the array of targets with `labels`",
        values.name()));
  }
  const auto input = InputStream::open(options.labels_file);
  NpyArray labels(*input, options.labels_file, size_of(options.labels_file));
  add_targets(series, labels, values.name());
  return series;
}

}  // namespace

LabelledSeries series_of_array(NpyArray& values, MissingSteps missing) {
  require_shape_of_values(values);
  const std::vector<int64_t>& shape = values.shape();
  const bool has_features = shape.size() == 3;
  LabelledSeries series;
  series.values = values.read_numbers();
  // The array has been found to hold them all, so that these numbers are no fancy.
  for (int64_t i = 0; i <= shape[0]; ++i) series.offsets.push_back(i * shape[1]);
  series.features = numbers_up_to(has_features ? shape[2] : 1);
  series.ids = numbers_up_to(series.size());
  fill_missing(series, missing, values.name(), [&](int64_t sample, int64_t step, int64_t feature) {
    return has_features ? fmt::format("[{}, {}, {}]", sample, step, feature)
                        : fmt::format("[{}, {}]", sample, step);
  });
  return series;
}

void add_targets(LabelledSeries& series, NpyArray& targets, const std::string& values_name) {
  const auto& shape = targets.shape();
  if (shape.empty() || shape.size() > 2) {
    throw Error(
        fmt::format("{}: an array of shape {} where (series) or (series, targets) was expected",
                    targets.name(), targets.shape_text()));
  }
  if (shape[0] != series.size()) {
    throw Error(
        fmt::format("{} holds {} series, and {} targets for {}; both must be of the same series",
                    values_name, series.size(), targets.name(), shape[0]));
  }
  series.targets_per_series = shape.size() == 2 ? shape[1] : 1;
  series.targets = targets.read_texts();
}

const SeriesFormatDefinition& npy_series() {
  static const SeriesFormatDefinition format{
      .endings = {".npy"},
      .labels_apart = true,
      .read = read_npy,
      .description = "a NumPy array (series, steps, features); `labels` names that of the labels",
      .example = "numpy.save(\"values.npy\", values); numpy.save(\"labels.npy\", labels)"};
  return format;
}

}  // namespace mnemo
