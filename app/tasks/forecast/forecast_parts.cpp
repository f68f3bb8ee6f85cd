#include "app/tasks/forecast/forecast_parts.h"

#include <fmt/format.h>

#include "app/tasks/forecast/forecast_rows.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

RowRange rows_of(RequestedPart part, const SeriesParts& parts, const TableSeries& series) {
  switch (part) {
    case RequestedPart::train:
      return parts.train;
    case RequestedPart::valid:
      return parts.valid;
    case RequestedPart::test:
      return parts.test;
    case RequestedPart::all:
    case RequestedPart::automatic:
      return {series.begin, series.end};
  }
  throw Error("unhandled part");
}

}  // namespace

PartWindows windows_of_part(const NumberTable& table, const ForecastSettings& settings,
                            RequestedPart part, const std::string& train_sha256,
                            const std::string& file) {
  const bool trained_on = !train_sha256.empty() && table.sha256 == train_sha256;
  if (part == RequestedPart::automatic) {
    part = trained_on ? RequestedPart::test : RequestedPart::all;
  } else if (part != RequestedPart::all && !trained_on) {
    throw SettingError(
        "part",
        fmt::format("{}: {} is not the file that the model was trained on, so it has no such part",
                    enum_name(part), file),
        "use `part` all");
  }
  const WindowSize size{settings.model.lookback, settings.model.horizon};
  std::vector<SeriesParts> parts(table.series.size());
  if (part != RequestedPart::all) parts = split_table(table, settings.split, size.horizon);
  PartWindows windows{.part = part, .origins = {}, .series_begins = {}};
  int64_t rows = 0;
  for (size_t i = 0; i < table.series.size(); ++i) {
    const auto range = rows_of(part, parts[i], table.series[i]);
    rows += range.rows();
    const auto origins = window_origins(table.series[i].begin, range, size);
    windows.origins.insert(windows.origins.end(), origins.begin(), origins.end());
    windows.series_begins.resize(windows.origins.size(), table.series[i].begin);
  }
  if (windows.origins.empty()) {
    throw Error(fmt::format(
        "{}: no window fits: the {} part has {} rows of {} in all, and a window needs a look-back "
        "of {} rows and then a horizon of {}; take another `part`, or a file with more rows",
        file, enum_name(part), rows, table.rows(), size.lookback, size.horizon));
  }
  return windows;
}

}  // namespace mnemo
