#include "app/tasks/forecast/forecast_parts.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/tasks/forecast/forecast_rows.h"
#include "app/tasks/forecast/seen_rows.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

struct SeriesRows {
  SeriesParts parts = {};
  int64_t seen_end = 0;  // behind the last row trained on
};

RowRange rows_of(RequestedPart part, const SeriesRows& rows, const TableSeries& series) {
  switch (part) {
    case RequestedPart::train:
      return rows.parts.train;
    case RequestedPart::valid:
      return rows.parts.valid;
    case RequestedPart::test:
      return rows.parts.test;
    case RequestedPart::unseen:
      return {rows.seen_end, series.end};
    case RequestedPart::all:
    case RequestedPart::automatic:
      return {series.begin, series.end};
  }
  throw Error("unhandled part");
}

// Takes the windows of a part; none where none fits.
PartWindows take_windows(const NumberTable& table, const std::vector<SeriesRows>& rows,
                         RequestedPart part, const WindowSize& size) {
  PartWindows windows{.part = part, .origins = {}, .series_begins = {}};
  for (size_t i = 0; i < table.series.size(); ++i) {
    const auto range = rows_of(part, rows[i], table.series[i]);
    const auto origins = window_origins(table.series[i].begin, range, size);
    windows.origins.insert(windows.origins.end(), origins.begin(), origins.end());
    windows.series_begins.resize(windows.origins.size(), table.series[i].begin);
  }
  return windows;
}

int64_t count_seen(const NumberTable& table, const std::vector<SeriesRows>& rows) {
  int64_t count = 0;
  for (size_t i = 0; i < rows.size(); ++i) count += rows[i].seen_end - table.series[i].begin;
  return count;
}

std::vector<SeriesRows> rows_of_series(const NumberTable& table, const ForecastSettings& settings,
                                       const TrainedRows& trained, bool trained_on) {
  std::vector<SeriesRows> rows(table.series.size());
  const auto ends = ends_of_seen_rows(table, settings, trained.seen);
  std::vector<SeriesParts> parts(rows.size());
  if (trained_on) parts = split_table(table, settings.split, settings.model.horizon);
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = {.parts = parts[i], .seen_end = ends[i]};
  return rows;
}

[[noreturn]] void fail_without_window(const NumberTable& table, const std::vector<SeriesRows>& rows,
                                      RequestedPart part, const WindowSize& size,
                                      const std::string& file) {
  int64_t count = 0;
  for (size_t i = 0; i < rows.size(); ++i) count += rows_of(part, rows[i], table.series[i]).rows();
  throw Error(fmt::format(
      "{}: no window fits: the {} part has {} rows of {} in all, and a window needs a look-back "
      "of {} rows and then a horizon of {}; take another `part`, or a file with more rows",
      file, enum_name(part), count, table.rows(), size.lookback, size.horizon));
}

void require_trained_on(RequestedPart part, bool trained_on, const std::string& file) {
  const bool is_of_any = part == RequestedPart::automatic || part == RequestedPart::unseen ||
                         part == RequestedPart::all;
  if (is_of_any || trained_on) return;
  throw SettingError(
      "part",
      fmt::format("{}: {} is not the file that the model was trained on, so it has no such part",
                  enum_name(part), file),
      "use `part` all");
}

}  // namespace

TrainedRows trained_rows(const nlohmann::json& meta) {
  return {.sha256 = meta.value("/data/train_file_sha256"_json_pointer, std::string()),
          .seen = RowSketch::from_text(meta.value("seen_rows", std::string()))};
}

PartWindows windows_of_part(const NumberTable& table, const ForecastSettings& settings,
                            RequestedPart part, const TrainedRows& trained, const std::string& file,
                            const Warn& warn) {
  const bool trained_on = !trained.sha256.empty() && table.sha256 == trained.sha256;
  require_trained_on(part, trained_on, file);
  const auto rows = rows_of_series(table, settings, trained, trained_on);
  const WindowSize size{settings.model.lookback, settings.model.horizon};
  const bool chooses = part == RequestedPart::automatic;
  if (chooses) part = trained_on ? RequestedPart::test : RequestedPart::all;
  auto windows = take_windows(table, rows, part, size);
  if (windows.origins.empty()) fail_without_window(table, rows, part, size, file);
  if (part != RequestedPart::all) return windows;
  // The rows seen may be no more than what the first forecasts look back over.
  auto unseen = take_windows(table, rows, RequestedPart::unseen, size);
  if (unseen.origins.size() == windows.origins.size()) return windows;
  const std::string known =
      fmt::format("{}: {} of its {} rows are those that the model was trained and chosen on", file,
                  count_seen(table, rows), table.rows());
  if (chooses && !unseen.origins.empty()) {
    warn(known + ", and are not forecast (`part` all does)");
    return unseen;
  }
  warn(known + ", and are counted: its errors on others are larger (`part` unseen)");
  return windows;
}

}  // namespace mnemo
