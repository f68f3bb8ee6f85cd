#include "datasets/labelled_series.h"

#include <fmt/format.h>

#include <string_view>

#include "common/input_stream.h"
#include "datasets/message_text.h"
#include "datasets/npy_reader.h"
#include "datasets/series_checks.h"
#include "datasets/series_csv.h"
#include "datasets/text_reader.h"
#include "datasets/ts_reader.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

SeriesFormat format_of(const fs::path& path) {
  const std::string ending = format_ending(path);
  if (ending == ".ts") return SeriesFormat::ts;
  if (ending == ".npy") return SeriesFormat::npy;
  if (ending == ".csv" || ending == ".tsv") return SeriesFormat::csv;
  throw Error(
      fmt::format("{}: the ending \"{}\" does not tell the format, as .ts, .npy, .csv and .tsv "
                  "would; name it with `series-format`",
                  path.string(), ending));
}

LabelledSeries read_format(SeriesFormat format, const fs::path& path,
                           const SeriesReaderOptions& options, Targets targets) {
  const bool labels_apart = format == SeriesFormat::npy || format == SeriesFormat::automatic;
  if (!labels_apart && !options.labels_file.empty()) {
    throw UsageError(fmt::format(
        "{} holds its own labels, and only arrays (.npy) have theirs in a file of their "
        "own: leave {} out",
        path.string(), options.labels_file));
  }
  switch (format) {
    case SeriesFormat::ts:
      return read_ts(path, options.missing, targets);
    case SeriesFormat::csv:
      return read_series_csv(path, options, targets);
    case SeriesFormat::npy:
      return read_npy(path, options, targets);
    case SeriesFormat::automatic:
      break;
  }
  return read_format(format_of(path), path, options, targets);
}

// Names go into models and reports, which are UTF-8.
void require_text(const std::vector<std::string>& names, std::string_view what,
                  const fs::path& path) {
  for (std::string name : names) {
    if (name.find('\0') == std::string::npos && !replace_invalid_utf8(name)) continue;
    throw Error(
        fmt::format("{}: the {} {} is not valid UTF-8 text; convert the file (iconv -t UTF-8)",
                    path.string(), what, in_quotes(name)));
  }
}

}  // namespace

int64_t LabelledSeries::length(int64_t series) const {
  const auto index = static_cast<size_t>(series);
  return offsets[index + 1] - offsets[index];
}

LabelledSeries read_labelled_series(const fs::path& path, const SeriesReaderOptions& options,
                                    Targets targets) {
  LabelledSeries series = read_format(options.format, path, options, targets);
  require_text(series.features, "column", path);
  require_text(series.ids, "id", path);
  require_text(series.targets, "target", path);
  return series;
}

}  // namespace mnemo
