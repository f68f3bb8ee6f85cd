// Which windows of a file count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/runs/stored_model.h"
#include "app/support/enum_names.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "datasets/number_table.h"

namespace mnemo {

enum class RequestedPart { automatic, train, valid, test, all };

template <>
struct EnumNames<RequestedPart> {
  static constexpr std::array table = {
      EnumName{RequestedPart::automatic, "auto"}, EnumName{RequestedPart::train, "train"},
      EnumName{RequestedPart::valid, "valid"}, EnumName{RequestedPart::test, "test"},
      EnumName{RequestedPart::all, "all"}};
};

struct PartWindows {
  RequestedPart part = RequestedPart::all;  // never automatic
  std::vector<int64_t> origins;
  std::vector<int64_t> series_begins;  // of each origin, the first row of its series
};

// `automatic` is the test part of the file that the model was trained on (known by `train_sha256`),
// and all of any other. Throws UsageError for a part of another file, and Error when there is not
// one window (both numbers given).
PartWindows windows_of_part(const NumberTable& table, const ForecastSettings& settings,
                            RequestedPart part, const std::string& train_sha256,
                            const std::string& file);

}  // namespace mnemo
