#include "models/recurrent/lstm_layer.h"

#include <ATen/core/ivalue.h>
#include <torch/custom_class.h>

#include <utility>

namespace mnemo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Products read a tensor like this: of the storage type, an even number of columns, contiguous.
at::Tensor product_input(const at::Tensor& input, at::ScalarType type) {
  auto result = input.to(type);
  if (result.size(1) % 2 != 0) result = at::constant_pad_nd(result, {0, 1});
  return result.contiguous();
}

std::vector<PackedLstmWeights> pack_all(const std::vector<LstmWeights>& directions,
                                        at::ScalarType type, LstmUse use,
                                        const VectorKernels& kernels) {
  std::vector<PackedLstmWeights> packed;
  for (const auto& weights : directions) {
    packed.push_back(pack_lstm_weights(weights, type, use, kernels));
  }
  return packed;
}

// One call keeps this for its backward.
struct LstmMemory : torch::CustomClassHolder {
  SequenceLayout layout;
  std::vector<PackedLstmWeights> packed;
  LstmTrace trace;
  int64_t hidden_size = 0;
  int64_t input_size = 0;
  at::ScalarType input_type = at::kFloat;
  const VectorKernels* kernels = nullptr;
};

// Each direction gives weight_ih, weight_hh, bias_ih, bias_hh.
variable_list flatten(const std::vector<LstmWeights>& directions) {
  variable_list tensors;
  for (const auto& weights : directions) {
    tensors.insert(tensors.end(),
                   {weights.weight_ih, weights.weight_hh, weights.bias_ih, weights.bias_hh});
  }
  return tensors;
}

// The kernels read raw numbers: what stock operators would refuse must not reach them.
void require_fitting(const at::Tensor& input, const SequenceLayout& layout,
                     const std::vector<LstmWeights>& directions, const at::Tensor& hidden,
                     const at::Tensor& cell) {
  const int64_t hidden_size = directions.front().weight_hh.size(1);
  TORCH_CHECK(input.dim() == 2 && input.size(0) == layout.values(), "an LSTM's input is ",
              input.sizes(), ", expected ", layout.values(), " rows");
  for (const auto& weights : directions) {
    TORCH_CHECK(weights.weight_ih.size(1) == input.size(1), "an LSTM's input has ", input.size(1),
                " features, expected ", weights.weight_ih.size(1));
    for (const auto& tensor : flatten({weights})) {
      TORCH_CHECK(tensor.scalar_type() == at::kFloat && tensor.size(0) == 4 * hidden_size,
                  "an LSTM's parameter is ", tensor.scalar_type(), " of ", tensor.sizes());
    }
  }
  const std::vector<int64_t> shape = {static_cast<int64_t>(directions.size()), layout.sequences(),
                                      hidden_size};
  for (const auto& state : {hidden, cell}) {
    TORCH_CHECK(!state.defined() || state.sizes() == shape, "an LSTM's initial state is ",
                state.sizes(), ", expected ", at::IntArrayRef(shape));
  }
}

class LstmFunction : public torch::autograd::Function<LstmFunction> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& input,
                               const at::Tensor& initial_hidden, const at::Tensor& initial_cell,
                               at::TensorList parameters, const SequenceLayout& layout,
                               at::ScalarType type, const VectorKernels& kernels) {
    std::vector<LstmWeights> directions;
    for (size_t i = 0; i < parameters.size(); i += 4) {
      directions.push_back(
          {parameters[i], parameters[i + 1], parameters[i + 2], parameters[i + 3]});
    }
    auto memory = c10::make_intrusive<LstmMemory>();
    memory->layout = layout;
    memory->packed = pack_all(directions, type, LstmUse::training, kernels);
    memory->hidden_size = directions.front().weight_hh.size(1);
    memory->input_size = input.size(1);
    memory->input_type = input.scalar_type();
    memory->kernels = &kernels;
    auto result =
        lstm_forward(product_input(input, type), layout, memory->packed, memory->hidden_size,
                     initial_hidden, initial_cell, LstmUse::training, kernels);
    memory->trace = std::move(result.trace);
    for (auto& packed : memory->packed) packed.input = packed.recurrent = {};  // forward's alone
    context->saved_data["memory"] = c10::IValue::make_capsule(std::move(memory));
    context->set_materialize_grads(false);
    return {result.values, result.hidden, result.cell};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "mnemo's LSTM is differentiable once only");
    const auto memory =
        c10::static_intrusive_pointer_cast<LstmMemory>(context->saved_data["memory"].toCapsule());
    const auto& grad_values = gradients.at(0);
    auto result = lstm_backward(memory->trace, memory->layout, memory->packed, memory->hidden_size,
                                memory->input_size,
                                grad_values.defined() ? grad_values.contiguous() : grad_values,
                                gradients.at(1), gradients.at(2), *memory->kernels);
    variable_list all = {result.input.to(memory->input_type), result.initial_hidden,
                         result.initial_cell};
    const auto weights = flatten(result.weights);
    all.insert(all.end(), weights.begin(), weights.end());
    all.resize(all.size() + 3);  // layout, type, kernels
    return all;
  }
};

}  // namespace

void PackedLstmCache::clear() {
  const std::lock_guard lock(mutex_);
  packed_ = nullptr;
}

std::shared_ptr<const std::vector<PackedLstmWeights>> PackedLstmCache::get(
    const std::vector<LstmWeights>& directions, at::ScalarType type, const VectorKernels& kernels) {
  Key key;
  key.type = type;
  key.kernels = &kernels;
  for (const auto& tensor : flatten(directions)) {
    key.parameters.emplace_back(tensor.const_data_ptr(),
                                tensor.is_inference() ? 0 : tensor._version());
  }
  const std::lock_guard lock(mutex_);
  if (packed_ == nullptr || key != key_) {
    packed_ = std::make_shared<const std::vector<PackedLstmWeights>>(
        pack_all(directions, type, LstmUse::inference, kernels));
    key_ = std::move(key);
  }
  return packed_;
}

LstmLayerOutput lstm_layer(const at::Tensor& input, const SequenceLayout& layout,
                           const std::vector<LstmWeights>& directions,
                           const at::Tensor& initial_hidden, const at::Tensor& initial_cell,
                           at::ScalarType type, const VectorKernels& kernels,
                           PackedLstmCache& cache) {
  require_fitting(input, layout, directions, initial_hidden, initial_cell);
  const auto parameters = flatten(directions);
  const auto wants_gradient = [](const at::Tensor& tensor) {
    return tensor.defined() && tensor.requires_grad();
  };
  const bool differentiable =
      at::GradMode::is_enabled() &&
      (wants_gradient(input) || wants_gradient(initial_hidden) || wants_gradient(initial_cell) ||
       std::ranges::any_of(parameters, wants_gradient));
  if (!differentiable) {
    const at::NoGradGuard no_grad;
    const auto packed = cache.get(directions, type, kernels);
    const auto result = lstm_forward(product_input(input, type), layout, *packed,
                                     directions.front().weight_hh.size(1), initial_hidden,
                                     initial_cell, LstmUse::inference, kernels);
    return {result.values, result.hidden, result.cell};
  }
  cache.clear();
  // A function that is differentiated takes no undefined tensors.
  const auto state = [&](const at::Tensor& given) {
    const auto count = static_cast<int64_t>(directions.size());
    const int64_t hidden_size = directions.front().weight_hh.size(1);
    return given.defined() ? given : at::zeros({count, layout.sequences(), hidden_size});
  };
  const auto outputs = LstmFunction::apply(input, state(initial_hidden), state(initial_cell),
                                           at::TensorList(parameters), layout, type, kernels);
  return {outputs.at(0), outputs.at(1), outputs.at(2)};
}

}  // namespace mnemo
