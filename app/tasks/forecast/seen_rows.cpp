#include "app/tasks/forecast/seen_rows.h"

#include <algorithm>
#include <optional>
#include <string>

namespace mnemo {
namespace {

constexpr size_t kMostEnds = 512;        // series whose last seen row is kept in any case
constexpr int64_t kRowsWithoutTime = 8;  // that tell one from the others

// Gives each row of a table its fingerprint.
class RowFingerprints {
 public:
  RowFingerprints(const NumberTable& table, const ForecastSettings& settings) : table_(table) {
    for (const auto& target : settings.targets) {
      const auto column = std::ranges::find(table.columns, target);
      if (column != table.columns.end()) columns_.push_back(column - table.columns.begin());
    }
  }

  // Nothing of a row that has too few before it, or like which all of them are.
  std::optional<uint64_t> of(const TableSeries& series, int64_t row) const {
    const bool has_times = !table_.times.empty();
    const int64_t first = has_times ? row : row - kRowsWithoutTime + 1;
    if (columns_.empty() || first < series.begin) return std::nullopt;
    std::string bytes;
    const auto add = [&](const auto& number) {
      bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
    };
    if (has_times) add(table_.times[static_cast<size_t>(row)]);
    bool varies = has_times;
    for (int64_t i = first; i <= row; ++i) {
      for (const int64_t column : columns_) {
        const double value = table_.row(i)[column];
        varies = varies || value != table_.row(first)[column];
        add(value == 0.0 ? 0.0 : value);  // -0 is 0
      }
    }
    if (!varies) return std::nullopt;
    return fingerprint_of(bytes);
  }

 private:
  const NumberTable& table_;
  std::vector<int64_t> columns_;
};

}  // namespace

RowSketch sketch_seen_rows(const NumberTable& table, const ForecastSettings& settings,
                           std::span<const SeriesParts> parts) {
  RowSketch sketch;
  const RowFingerprints fingerprints(table, settings);
  for (size_t i = 0; i < parts.size(); ++i) {
    std::optional<uint64_t> last;
    for (const RowRange& part : {parts[i].train, parts[i].valid}) {
      for (int64_t row = part.begin; row < part.end; ++row) {
        const auto fingerprint = fingerprints.of(table.series[i], row);
        if (!fingerprint) continue;
        sketch.add(*fingerprint);
        last = fingerprint;
      }
    }
    if (last && i < kMostEnds) sketch.add_always(*last);
  }
  return sketch;
}

std::vector<int64_t> ends_of_seen_rows(const NumberTable& table, const ForecastSettings& settings,
                                       const RowSketch& seen) {
  // A single row may be alike by chance, or be copied.
  constexpr double kLeastShare = 0.5;
  constexpr int64_t kLeastRows = 2;
  const RowFingerprints fingerprints(table, settings);
  std::vector<int64_t> ends;
  for (const auto& series : table.series) {
    int64_t end = series.begin;
    SketchMatches so_far, until_end;
    for (int64_t row = series.begin; row < series.end; ++row) {
      const auto fingerprint = fingerprints.of(series, row);
      if (!fingerprint) continue;
      so_far.count(seen, *fingerprint);
      if (!seen.contains(*fingerprint)) continue;
      end = row + 1;
      until_end = so_far;
    }
    const bool is_known = until_end.found >= kLeastRows && until_end.share() >= kLeastShare;
    ends.push_back(is_known ? end : series.begin);
  }
  return ends;
}

}  // namespace mnemo
