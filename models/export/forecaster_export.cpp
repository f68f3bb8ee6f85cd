#include "models/export/forecaster_export.h"

#include <fmt/format.h>

#include "models/export/forecaster_source.h"

namespace mnemo {

std::string export_forecaster(Forecaster& model, const ExtraFiles& extra_files) {
  const at::NoGradGuard no_grad;
  model->eval();
  const auto& options = model->options();
  std::string bytes = to_torchscript(*model, "Forecaster", forecaster_source(options), extra_files);
  TorchScriptModel reloaded(bytes, {}, "the exported model");
  auto generator = at::globalContext().defaultGenerator(at::kCPU).clone();
  generator.set_current_seed(7);
  for (const int64_t batch : {1, 5}) {
    const auto scaled = at::randn({batch, options.lookback, options.features}, generator);
    const auto history = model->feature_scaling().unscale(scaled);
    require_equal_export(model->forecast(history), reloaded.forward({history}),
                         fmt::format("batch {}", batch));
  }
  return bytes;
}

}  // namespace mnemo
