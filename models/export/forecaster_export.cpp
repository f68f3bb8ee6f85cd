#include "models/export/forecaster_export.h"

#include <fmt/format.h>

#include <algorithm>

#include "mnemo/error.h"
#include "models/export/forecaster_source.h"

namespace mnemo {
namespace {

// An exported model takes floats in the data's units, of which the offset costs digits. Returns
// that loss in scaled numbers.
double rounding_by_units(ForecasterImpl& model) {
  constexpr double kMostOffset = 1e4, kRounding = 1e-6;
  const double offset =
      std::max(model.feature_scaling().largest_offset(), model.target_scaling().largest_offset());
  if (offset > kMostOffset) {
    throw Error(
        "the data lie so far from 0, measured by how much they vary, that the floats an exported "
        "model takes cannot tell them apart: subtract a constant from the columns and train again");
  }
  return kRounding * offset;
}

}  // namespace

std::string export_forecaster(ForecasterModule& model, const ExtraFiles& extra_files) {
  const at::NoGradGuard no_grad;
  model->eval();
  const auto& options = model->options();
  const double rounding = rounding_by_units(*model);
  std::string bytes = to_torchscript(*model, "Forecaster", forecaster_source(options), extra_files);
  TorchScriptModel reloaded(bytes, {}, "the exported model");
  auto generator = at::globalContext().defaultGenerator(at::kCPU).clone();
  generator.set_current_seed(7);
  for (const int64_t batch : {1, 5}) {
    const auto scaled = at::randn({batch, options.lookback, options.features}, generator);
    // In the data's units a large offset would hide any difference.
    auto found = reloaded.forward({model->feature_scaling().unscale(scaled)});
    if (options.quantiles > 0) found = found.transpose(2, 3);
    found = model->target_scaling().scale(found);
    if (options.quantiles > 0) found = found.transpose(2, 3);
    require_equal_export(model->forward(scaled), found,
                         fmt::format("batch {}, in scaled numbers", batch), rounding);
  }
  return bytes;
}

}  // namespace mnemo
