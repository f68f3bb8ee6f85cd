#include "datasets/windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mnemo/error.h"

namespace mnemo {

SeriesParts split_by_share(const RowRange& range, double train_share, double valid_share,
                           int64_t least_valid) {
  const auto share_of = [](int64_t rows, double share) {
    return static_cast<int64_t>(std::floor(static_cast<double>(rows) * share));
  };
  const int64_t before_test = range.begin + share_of(range.rows(), train_share);
  const int64_t rows = before_test - range.begin;
  const int64_t valid =
      valid_share > 0.0 ? std::min(rows, std::max(least_valid, share_of(rows, valid_share))) : 0;
  return {.train = {range.begin, before_test - valid},
          .valid = {before_test - valid, before_test},
          .test = {before_test, range.end}};
}

SeriesParts split_by_rows(const RowRange& range, const SplitRows& rows) {
  const int64_t wanted = rows.train + rows.valid + rows.test;
  if (wanted > range.rows()) {
    throw Error({.setting = "split-rows",
                 .problem = fmt::format("{},{},{} asks for {} rows, and there are {}", rows.train,
                                        rows.valid, rows.test, wanted, range.rows())});
  }
  SeriesParts parts;
  parts.train = {range.begin, range.begin + rows.train};
  parts.valid = {parts.train.end, parts.train.end + rows.valid};
  parts.test = {parts.valid.end, parts.valid.end + rows.test};
  return parts;
}

SeriesParts split_by_last_rows(const RowRange& range, int64_t valid, int64_t test) {
  const int64_t test_begin = std::max(range.begin, range.end - test);
  const int64_t valid_begin = std::max(range.begin, test_begin - valid);
  return {.train = {range.begin, valid_begin},
          .valid = {valid_begin, test_begin},
          .test = {test_begin, range.end}};
}

std::vector<int64_t> window_origins(int64_t series_begin, const RowRange& part,
                                    const WindowSize& size) {
  std::vector<int64_t> origins;
  const int64_t first = std::max(part.begin, series_begin + size.lookback);
  for (int64_t origin = first; origin + size.horizon <= part.end; ++origin) {
    origins.push_back(origin);
  }
  return origins;
}

}  // namespace mnemo
