#include "models/export/forecaster_export.h"

#include <fmt/format.h>

#include <algorithm>

#include "mnemo/error.h"
#include "models/export/forecaster_source.h"

namespace mnemo {
namespace {

// Other programs may give an exported model floats, of which the offset costs digits.
void require_far_from_rounding(ForecasterImpl& model) {
  constexpr double kMostOffset = 1e4;
  const double offset =
      std::max(model.feature_scaling().largest_offset(), model.target_scaling().largest_offset());
  if (offset <= kMostOffset) return;
  throw Error(
      "the data lie so far from 0, measured by how much they vary, that the floats an exported "
      "model takes cannot tell them apart: subtract a constant from the columns and train again");
}

std::vector<double> numbers_of(const ColumnScalingImpl& scaling, const char* buffer) {
  const auto column = scaling.named_buffers()[buffer].to(at::kCPU, at::kDouble).contiguous();
  const double* first = column.const_data_ptr<double>();
  return {first, first + column.numel()};
}

at::Tensor column_tensor(const std::vector<double>& numbers) {
  return at::tensor(numbers, at::kDouble);
}

}  // namespace

ForecastUnits units_in(ForecasterImpl& model) {
  const auto &features = model.feature_scaling(), &targets = model.target_scaling();
  return {.feature_offset = numbers_of(features, "offset"),
          .feature_scale = numbers_of(features, "scale"),
          .target_offset = numbers_of(targets, "offset"),
          .target_scale = numbers_of(targets, "scale")};
}

std::string export_forecaster(ForecasterModule& model, const ForecastUnits& units,
                              const ExtraFiles& extra_files) {
  const at::NoGradGuard no_grad;
  model->eval();
  const auto& options = model->options();
  require_far_from_rounding(*model);
  const auto offset = column_tensor(units.feature_offset),
             scale = column_tensor(units.feature_scale);
  const auto target_offset = column_tensor(units.target_offset),
             target_scale = column_tensor(units.target_scale);
  std::string bytes = to_torchscript(*model, "Forecaster", forecaster_source(options), extra_files,
                                     {{"feature_scaling.offset", offset},
                                      {"feature_scaling.scale", scale},
                                      {"target_scaling.offset", target_offset},
                                      {"target_scaling.scale", target_scale}});
  TorchScriptModel reloaded(bytes, {}, "the exported model");
  auto generator = at::globalContext().defaultGenerator(at::kCPU).clone();
  generator.set_current_seed(7);
  for (const int64_t batch : {1, 5}) {
    const auto scaled = at::randn({batch, options.window_rows(), options.features}, generator);
    if (options.window_scaling != WindowScaling::none) {
      const auto history = scaled * scale + offset;
      const auto found = reloaded.forward({history}), expected = model->forecast(history);
      const auto by = options.quantiles > 0 ? target_scale.unsqueeze(1) : target_scale;
      require_equal_export(expected / by, found / by, fmt::format("batch {}", batch));
      continue;
    }
    auto found = reloaded.forward({scaled * scale + offset});  // double
    // In the data's units a large offset would hide any difference.
    if (options.quantiles > 0) found = found.transpose(2, 3);
    found = (found - target_offset) / target_scale;
    if (options.quantiles > 0) found = found.transpose(2, 3);
    auto expected = model->forward(scaled);
    if (options.non_negative) {  // 0, scaled
      const auto least = -target_offset / target_scale;
      expected = at::maximum(expected, options.quantiles > 0 ? least.unsqueeze(1) : least);
    }
    require_equal_export(expected, found, fmt::format("batch {}, in scaled numbers", batch));
  }
  return bytes;
}

}  // namespace mnemo
