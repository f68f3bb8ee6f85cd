#include "datasets/series/labelled_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "common/input_stream.h"
#include "common/white_space.h"
#include "datasets/format_choice.h"
#include "datasets/message_text.h"
#include "datasets/series/series_format.h"
#include "datasets/text_reader.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

SeriesFormat series_format_of(const fs::path& path, std::string_view head,
                              const SeriesReaderOptions& options) {
  if (options.format != SeriesFormat::automatic) return options.format;
  const std::string ending = format_ending(path);
  const bool is_known = options.known_format != SeriesFormat::automatic;
  if (is_known && !options.ending.empty() && ending == options.ending) return options.known_format;
  const auto begins_so = [&](const SeriesFormatDefinition& format) {
    return format.begins_so(head, options);
  };
  if (const auto format = format_by_ending<SeriesFormat>(kSeriesFormats, ending, begins_so)) {
    return *format;
  }
  if (is_known) return options.known_format;
  throw Error(
      fmt::format("{}: the ending \"{}\" does not tell the format, as {} would; name it with "
                  "`series-format`",
                  path.string(), ending, endings_listed(endings_of(kSeriesFormats))));
}

void require_labels_inside(const SeriesFormatDefinition& format, const fs::path& path,
                           const SeriesReaderOptions& options) {
  if (format.labels_apart || options.labels_file.empty()) return;
  throw UsageError(
      fmt::format("{} holds its own labels, and only arrays (.npy) have theirs in a file of their "
                  "own: leave {} out",
                  path.string(), options.labels_file));
}

LabelledSeries read_file(const fs::path& path, const SeriesReaderOptions& options,
                         Targets targets) {
  const auto input = InputStream::open(path);
  const std::string_view head = input->head();
  const auto format = series_format_of(path, head, options);
  const auto& definition = definition_of(format);
  require_labels_inside(definition, path, options);
  auto series = definition.read({.input = *input, .head = head, .path = path}, options, targets);
  series.format = format;
  series.sha256 = input->sha256();
  for (auto& target : series.targets) target = trimmed(target);
  return series;
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

const SeriesFormatDefinition& definition_of(SeriesFormat format) {
  const auto row = std::ranges::find(kSeriesFormats, format, &SeriesFormatRow::format);
  if (row == kSeriesFormats.end()) throw Error("unhandled format of series");
  return row->definition();
}

int64_t LabelledSeries::length(int64_t series) const {
  const auto index = static_cast<size_t>(series);
  return offsets[index + 1] - offsets[index];
}

LabelledSeries read_labelled_series(const fs::path& path, const SeriesReaderOptions& options,
                                    Targets targets) {
  LabelledSeries series = read_file(path, options, targets);
  require_text(series.features, "column", path);
  require_text(series.ids, "id", path);
  require_text(series.targets, "target", path);
  return series;
}

}  // namespace mnemo
