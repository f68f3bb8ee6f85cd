#include "models/token_embedding.h"

#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "models/dropout.h"
#include "models/kernels/pointers.h"
#include "models/parallel.h"

namespace mnemo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kPaddingId = 0;

struct Lookup : torch::CustomClassHolder {
  at::Tensor ids;          // (N)
  int64_t vocab_size = 0;  // V
  RandomDrop row = {}, element = {};
  const VectorKernels* kernels = nullptr;
};

template <typename Storage>
void look_up(const Lookup& lookup, const at::Tensor& weight, at::Tensor& result) {
  constexpr int64_t kLookupsPerTask = 128;
  const auto* ids = lookup.ids.const_data_ptr<int64_t>();
  const int64_t size = weight.size(1);
  for_each_range_on_threads(lookup.ids.size(0), kLookupsPerTask, [&](int64_t begin, int64_t end) {
    kernels_for<Storage>(*lookup.kernels)
        .embed({.table = weight.const_data_ptr<float>(),
                .ids = ids + begin,
                .target = data<Storage>(result) + begin * size,
                .first = begin,
                .count = end - begin,
                .size = size,
                .row = lookup.row,
                .element = lookup.element});
  });
}

at::Tensor look_up(const Lookup& lookup, const at::Tensor& weight, at::ScalarType type) {
  const auto table = weight.contiguous();
  auto result = at::empty({lookup.ids.size(0), table.size(1)}, type);
  with_storage(type, [&]<typename Storage>(Storage) { look_up<Storage>(lookup, table, result); });
  return result;
}

// Places sorted by the id that they hold (stably), and for each id that occurs where its places
// begin.
struct PlacesById {
  std::vector<int64_t> places;
  std::vector<int64_t> ids;     // those that occur, ascending, without padding
  std::vector<int64_t> begins;  // of each, in `places`; and one end more

  PlacesById(const at::Tensor& looked_up, int64_t vocab_size) {
    const auto* id = looked_up.const_data_ptr<int64_t>();
    const int64_t count = looked_up.size(0);
    std::vector<int64_t> next(static_cast<size_t>(vocab_size) + 1, 0);
    for (int64_t i = 0; i < count; ++i) ++next[static_cast<size_t>(id[i]) + 1];
    for (int64_t v = 0; v < vocab_size; ++v) {
      const auto at = static_cast<size_t>(v);
      next[at + 1] += next[at];
      if (next[at + 1] == next[at] || v == kPaddingId) continue;
      ids.push_back(v);
      begins.push_back(next[at]);
    }
    begins.push_back(count);
    places.resize(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) {
      places[static_cast<size_t>(next[static_cast<size_t>(id[i])]++)] = i;
    }
  }
};

template <typename Storage>
void sum_rows(const Lookup& lookup, const PlacesById& by_id, const at::Tensor& grad,
              at::Tensor& sums) {
  // Few at a time: the first ids of a vocabulary are by far the most frequent.
  constexpr int64_t kIdsPerTask = 32;
  const auto count = std::ssize(by_id.ids);
  const int64_t size = grad.size(1);
  for_each_on_threads((count + kIdsPerTask - 1) / kIdsPerTask, [&](int64_t task) {
    const int64_t end = std::min((task + 1) * kIdsPerTask, count);
    for (int64_t i = task * kIdsPerTask; i < end; ++i) {
      const int64_t begin = by_id.begins[static_cast<size_t>(i)];
      kernels_for<Storage>(*lookup.kernels)
          .embed_backward({.grad = const_data<Storage>(grad),
                           .places = by_id.places.data() + begin,
                           .count = by_id.begins[static_cast<size_t>(i) + 1] - begin,
                           .size = size,
                           .target = data<float>(sums) + i * size,
                           .row = lookup.row,
                           .element = lookup.element});
    }
  });
}

class EmbedFunction : public torch::autograd::Function<EmbedFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& weight,
                            c10::intrusive_ptr<Lookup> lookup, at::ScalarType type) {
    auto result = look_up(*lookup, weight, type);
    context->saved_data["lookup"] = c10::IValue::make_capsule(std::move(lookup));
    return result;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "mnemo's embedding is differentiable once only");
    const auto lookup =
        c10::static_intrusive_pointer_cast<Lookup>(context->saved_data["lookup"].toCapsule());
    const auto grad = gradients.at(0).contiguous();
    const PlacesById by_id(lookup->ids, lookup->vocab_size);
    auto sums = at::empty({std::ssize(by_id.ids), grad.size(1)}, at::kFloat);
    with_storage(grad.scalar_type(),
                 [&]<typename Storage>(Storage) { sum_rows<Storage>(*lookup, by_id, grad, sums); });
    const auto indices = at::tensor(by_id.ids, at::kLong).unsqueeze(0);  // (1, ids)
    auto sparse = at::_sparse_coo_tensor_unsafe(indices, sums, {lookup->vocab_size, grad.size(1)});
    sparse._coalesced_(/*coalesced=*/true);
    return {sparse, {}, {}};
  }
};

}  // namespace

at::Tensor embed_tokens(const at::Tensor& weight, const at::Tensor& ids,
                        const EmbeddingDropout& drop, bool training,
                        const ForwardContext& context) {
  const bool fits = weight.device().is_cpu() && weight.scalar_type() == at::kFloat;
  const auto* kernels = fits ? vector_kernels(context.kernel_path) : nullptr;
  if (kernels == nullptr) {
    auto embedded = at::embedding(weight, ids, kPaddingId);
    embedded = row_dropout(embedded, drop.word, training, context);
    return dropout(embedded, drop.element, training, context);
  }
  auto lookup = c10::make_intrusive<Lookup>();
  lookup->ids = ids.contiguous();
  lookup->vocab_size = weight.size(0);
  lookup->kernels = kernels;
  // The kernels read raw numbers: what LibTorch's operator would refuse must not reach them.
  if (ids.numel() > 0) {
    TORCH_CHECK_INDEX(ids.min().item<int64_t>() >= 0 && ids.max().item<int64_t>() < weight.size(0),
                      "a token id is out of the vocabulary of ", weight.size(0));
  }
  if (training && drop.word > 0.0) lookup->row = random_drop(drop.word, context);
  if (training && drop.element > 0.0) lookup->element = random_drop(drop.element, context);
  if (at::GradMode::is_enabled() && weight.requires_grad()) {
    return EmbedFunction::apply(weight, std::move(lookup), context.compute_type);
  }
  return look_up(*lookup, weight, context.compute_type);
}

}  // namespace mnemo
