#include "models/known_future.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mnemo {

int64_t embedding_size(int64_t words) { return std::clamp<int64_t>((words + 1) / 2, 1, 8); }

int64_t KnownFutureOptions::width() const {
  int64_t width = 0;
  for (const int64_t count : words) width += count == 0 ? 1 : embedding_size(count);
  return width;
}

WordColumnsImpl::WordColumnsImpl(KnownFutureOptions options) : options_(std::move(options)) {
  for (size_t i = 0; i < options_.words.size(); ++i) {
    const int64_t count = options_.words[i];
    if (count == 0) continue;
    embeddings_.push_back(register_parameter(fmt::format("column_{}_embedding", i),
                                             torch::zeros({count, embedding_size(count)})));
  }
}

at::Tensor WordColumnsImpl::forward(const at::Tensor& columns) const {
  if (embeddings_.empty()) return columns;
  std::vector<at::Tensor> parts;
  for (int64_t i = 0; i < options_.columns(); ++i) {
    if (options_.words[static_cast<size_t>(i)] == 0) parts.push_back(columns.narrow(-1, i, 1));
  }
  size_t next = 0;
  for (int64_t i = 0; i < options_.columns(); ++i) {
    const int64_t count = options_.words[static_cast<size_t>(i)];
    if (count == 0) continue;
    const auto words = columns.select(-1, i).round().clamp(0, count - 1).to(at::kLong);
    parts.push_back(at::embedding(embeddings_[next++], words));
  }
  return at::cat(parts, -1);
}

StepHeadImpl::StepHeadImpl(int64_t state_size, int64_t steps, int64_t known, int64_t outputs)
    : steps_(steps) {
  context_ = register_module("context", torch::nn::Linear(state_size, steps * kStepContext));
  hidden_ = register_module("hidden", torch::nn::Linear(kStepContext + known, kStepHidden));
  output_ = register_module("output", torch::nn::Linear(kStepHidden, outputs));
}

at::Tensor StepHeadImpl::forward(const at::Tensor& state, const at::Tensor& known) {
  const int64_t batch = known.size(0), steps = known.size(1);
  auto context = context_(state).view({batch, -1, steps, kStepContext});  // (B, K, steps, C)
  const auto beside = known.unsqueeze(1).expand({-1, context.size(1), -1, -1});
  return output_(at::relu(hidden_(at::cat({context, beside}, 3))));
}

}  // namespace mnemo
