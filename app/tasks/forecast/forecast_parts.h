// The windows of a file that count.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/runs/stored_model.h"
#include "app/support/enum_names.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "datasets/number_table.h"
#include "datasets/row_sketch.h"
#include "mnemo/reporter.h"

namespace mnemo {

// Unseen: the rows behind those that the model was trained and chosen on, in any file.
enum class RequestedPart { automatic, train, valid, test, unseen, all };

template <>
struct EnumNames<RequestedPart> {
  static constexpr std::array table = {
      EnumName{RequestedPart::automatic, "auto"}, EnumName{RequestedPart::train, "train"},
      EnumName{RequestedPart::valid, "valid"},    EnumName{RequestedPart::test, "test"},
      EnumName{RequestedPart::unseen, "unseen"},  EnumName{RequestedPart::all, "all"}};
};

struct PartWindows {
  RequestedPart part = RequestedPart::all;  // never automatic
  std::vector<int64_t> origins;
  std::vector<int64_t> series_begins;  // of each origin, the first row of its series
};

// A model knows by these what it was trained on.
struct TrainedRows {
  std::string sha256 = {};  // of the file; empty: unknown
  RowSketch seen = {};      // see seen_rows.h; empty: unknown
};

// Takes them from a run's meta.json, or an exported model's.
TrainedRows trained_rows(const nlohmann::json& meta);

// `automatic` is the test part of the file that the model was trained on, what is unseen of another
// that holds rows trained on, too, and all of any other. `warn` hears where rows trained on are
// left out, or are counted. Throws UsageError for a part of another file, and Error when there is
// not one window (both numbers given).
PartWindows windows_of_part(const NumberTable& table, const ForecastSettings& settings,
                            RequestedPart part, const TrainedRows& trained, const std::string& file,
                            const Warn& warn);

}  // namespace mnemo
