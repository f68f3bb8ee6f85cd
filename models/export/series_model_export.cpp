#include "models/export/series_model_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/export/sequence_source.h"

namespace mnemo {
namespace {

void require_equal(SeriesModule& model, SeriesAnswer answer, TorchScriptModel& exported) {
  auto generator = at::globalContext().defaultGenerator(at::kCPU).clone();
  generator.set_current_seed(7);
  struct Size {
    int64_t series, longest;
  };
  const auto& options = model->options();
  for (const auto& [series, wanted] : {Size{1, 1}, Size{3, 17}, Size{8, 40}}) {
    const int64_t longest = longest_readable(options.encoder.cell, options.transformer, wanted);
    std::vector<int64_t> lengths;  // longest first, as a layout has them
    for (int64_t b = 0; b < series; ++b) {
      lengths.push_back(std::max<int64_t>(1, longest - b * longest / series));
    }
    const auto layout = SequenceLayout::of(lengths);
    const auto values = model->feature_scaling().unscale(
        at::randn({layout.values(), model->options().features}, generator));
    const auto expected = series_answer(model, answer, {values, layout});
    const auto padded = pad_steps(values, layout).transpose(0, 1).contiguous();  // (B, T, F)
    require_equal_export(expected, exported.forward({padded, at::tensor(lengths, at::kLong)}),
                         fmt::format("batch {}, length {}", series, longest));
  }
}

}  // namespace

std::string export_series_model(SeriesModule& model, SeriesAnswer answer,
                                const ExtraFiles& extra_files) {
  const at::NoGradGuard no_grad;
  model->eval();
  std::string bytes = to_torchscript(*model, "SeriesModel",
                                     series_model_source(model->options(), answer), extra_files);
  TorchScriptModel reloaded(bytes, {}, "the exported model");
  require_equal(model, answer, reloaded);
  return bytes;
}

at::Tensor series_answer(SeriesModule& model, SeriesAnswer answer, const SequenceBatch& batch,
                         const ForwardContext& context) {
  const auto result = model->forward(batch, context);
  switch (answer) {
    case SeriesAnswer::probabilities:
      return result.softmax(1);
    case SeriesAnswer::numbers:
      return model->target_scaling().unscale(result);
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled answer");
}

}  // namespace mnemo
