#include "app/training/model_limits.h"

#include <fmt/format.h>

#include "common/quantities.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kSize = "max-model-size";
constexpr const char* kLatency = "max-latency";

}  // namespace

void describe(OptionSet& set, ModelLimits& limits, const char* what) {
  const std::string size =
      fmt::format("{} whose weights and tokenizer are larger, as in 5MB", what);
  const std::string latency =
      fmt::format("{} that takes longer for one answer on one thread, as in 2ms", what);
  set.text("max-model-size", limits.size, size.c_str()).for_one_training();
  set.text("max-latency", limits.latency, latency.c_str()).for_one_training();
}

void require_parsable(const ModelLimits& limits) {
  if (!limits.size.empty()) parse_size(kSize, limits.size);
  if (!limits.latency.empty()) parse_duration(kLatency, limits.latency);
}

void require_within(const ModelLimits& limits, const ModelCost& cost) {
  if (!limits.size.empty() && cost.bytes > parse_size(kSize, limits.size)) {
    throw LimitError(
        {.setting = kSize,
         .problem =
             fmt::format("{}: the model would have {}", limits.size, format_size(cost.bytes)),
         .remedy = "take fewer units or layers, or of texts fewer pieces or a smaller embedding"});
  }
  constexpr double kMilliseconds = 1000.0;
  if (!limits.latency.empty() &&
      cost.milliseconds > kMilliseconds * parse_duration(kLatency, limits.latency)) {
    throw LimitError(
        {.setting = kLatency,
         .problem = fmt::format("{}: the model takes {:.2f} ms for one answer on one thread here",
                                limits.latency, cost.milliseconds),
         .remedy = "take fewer units or layers, or shorter sequences"});
  }
}

}  // namespace mnemo
