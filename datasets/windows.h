// Says where the windows of a time series stand, and which rows belong to training, validation and
// test.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mnemo {

// Rows [begin, end).
struct RowRange {
  int64_t begin = 0, end = 0;

  int64_t rows() const { return end - begin; }
};

// Consecutive parts of one series, in time order.
struct SeriesParts {
  RowRange train, valid, test;
};

struct SplitRows {
  int64_t train = 0, valid = 0, test = 0;
};

// `range` cut at the share `train_share`: the rest is the test part, and of the first part the last
// `valid_share`, but at least `least_valid` rows, validates (a share of 0: none does).
SeriesParts split_by_share(const RowRange& range, double train_share, double valid_share,
                           int64_t least_valid);

// Each part has its number of rows, from the beginning of `range` on; later rows belong to none.
// Throws Error when there are not enough.
SeriesParts split_by_rows(const RowRange& range, const SplitRows& rows);

// The last `test` rows of `range`, the `valid` ones before them, and all before these to train; of
// a shorter range what there is, the test part first.
SeriesParts split_by_last_rows(const RowRange& range, int64_t valid, int64_t test);

struct WindowSize {
  int64_t lookback = 0;  // rows before the origin that a model sees
  int64_t horizon = 0;   // rows from the origin on that it forecasts
};

// The origins of all windows whose forecast rows lie in `part`. Their look-back may reach back over
// the part's border, but not over `series_begin`.
std::vector<int64_t> window_origins(int64_t series_begin, const RowRange& part,
                                    const WindowSize& size);

}  // namespace mnemo
