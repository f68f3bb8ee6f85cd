#include "models/recurrent/recurrent_encoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/dropout.h"
#include "models/recurrent/unrolled.h"

namespace mnemo {
namespace {

CellTensors cast_all(const CellTensors& tensors, at::ScalarType type) {
  CellTensors cast;
  cast.reserve(tensors.size());
  for (const auto& tensor : tensors) cast.push_back(tensor.to(type));
  return cast;
}

std::vector<int64_t> shape_of(const CellParameter& parameter, int64_t input, int64_t hidden) {
  switch (parameter.role) {
    case CellRole::input:
      return {parameter.rows * hidden, input};
    case CellRole::recurrent:
      return {parameter.rows * hidden, hidden};
    case CellRole::bias:
      return {parameter.rows * hidden};
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled role");
}

}  // namespace

RecurrentEncoderImpl::RecurrentEncoderImpl(const RecurrentOptions& options)
    : options_(options), cell_(definition_of(options.cell)) {
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    const int64_t input = layer == 0 ? options.input_size : options.output_size();
    for (int64_t direction = 0; direction < options.directions(); ++direction) {
      CellTensors weights;
      for (const auto& parameter : cell_.parameters) {
        weights.push_back(register_parameter(
            fmt::format("{}_l{}{}", parameter.name, layer, direction == 0 ? "" : "_reverse"),
            torch::zeros(shape_of(parameter, input, options.hidden_size))));
      }
      weights_.push_back(std::move(weights));
    }
    if (cell_.make_kernels != nullptr) kernels_.push_back(cell_.make_kernels());
    norms_.push_back(
        layer == 0 ? FeatureNorm()
                   : FeatureNorm(*this, options.inner_norm, input, fmt::format("_l{}", layer)));
  }
}

const CellParameter* RecurrentEncoderImpl::parameter_of(std::string_view name) const {
  const auto found = std::ranges::find_if(cell_.parameters, [&](const CellParameter& parameter) {
    return name.starts_with(parameter.name) && name.substr(parameter.name.size()).starts_with("_l");
  });
  return found == cell_.parameters.end() ? nullptr : &*found;
}

RecurrentWeights RecurrentEncoderImpl::draw_weights(const ForwardContext& context) const {
  if (!is_training() || options_.recurrent_dropout == 0.0) return weights_;
  auto drawn = weights_;
  for (auto& weights : drawn) {
    for (size_t i = 0; i < weights.size(); ++i) {
      if (cell_.parameters[i].role != CellRole::recurrent) continue;
      weights[i] = dropout(weights[i], options_.recurrent_dropout, /*training=*/true, context);
    }
  }
  return drawn;
}

CellLayerResult RecurrentEncoderImpl::own_layer(const at::Tensor& packed,
                                                const SequenceLayout& layout, int64_t layer,
                                                const RecurrentWeights& weights,
                                                const RecurrentState& initial, at::ScalarType type,
                                                const VectorKernels& kernels) {
  const int64_t count = options_.directions();
  const auto first = weights.begin() + layer * count;
  CellTensors states;
  for (const auto& state : initial) states.push_back(state.narrow(0, layer * count, count));
  return kernels_[static_cast<size_t>(layer)]->forward({.input = packed,
                                                        .layout = layout,
                                                        .weights = {first, first + count},
                                                        .states = states,
                                                        .type = type,
                                                        .kernels = kernels});
}

CellTensors RecurrentEncoderImpl::direction_states(const RecurrentState& initial, int64_t index,
                                                   int64_t sequences,
                                                   const at::TensorOptions& like) const {
  if (initial.empty()) {
    return CellTensors(cell_.states.size(), at::zeros({sequences, options_.hidden_size}, like));
  }
  CellTensors states;
  for (const auto& state : initial) {
    states.push_back(state.select(0, index).to(like.dtype().toScalarType()));  // (B, H)
  }
  return states;
}

CellPassResult RecurrentEncoderImpl::compute(const CellPass& pass, const at::Tensor& parameter,
                                             RecurrentProbe* probe) const {
  if (probe != nullptr) {
    ProbedPass probed{.parameter = parameter, .cell = options_.cell, .layout = pass.layout};
    auto result = unrolled_pass(cell_, pass, &probed);
    probe->passes.push_back(std::move(probed));
    return result;
  }
  return cell_.by_operators != nullptr ? cell_.by_operators(pass)
                                       : unrolled_pass(cell_, pass, nullptr);
}

CellLayerResult RecurrentEncoderImpl::stock_layer(const at::Tensor& packed,
                                                  const SequenceLayout& layout, int64_t layer,
                                                  const RecurrentWeights& all_weights,
                                                  const RecurrentState& initial,
                                                  FinalStates final_states, RecurrentProbe* probe) {
  const auto last = layout.last_rows().to(packed.device());
  CellTensors values;
  std::vector<CellTensors> states;  // of each state (B, H) in each direction
  for (int64_t direction = 0; direction < options_.directions(); ++direction) {
    const bool reverse = direction == 1;
    const int64_t index = layer * options_.directions() + direction;
    const auto& parameters = all_weights[static_cast<size_t>(index)];
    // Reversing each sequence within its own length keeps right padding out of every result.
    const at::Tensor input = reverse ? reverse_steps(packed, layout) : packed;
    const auto begin = direction_states(initial, index, layout.sequences(), packed.options());
    const auto weights = cast_all(parameters, packed.scalar_type());
    auto result = compute({.input = input,
                           .layout = layout,
                           .states = begin,
                           .weights = weights,
                           .activation = options_.activation,
                           .wants_all_states = final_states == FinalStates::all},
                          parameters.front(), probe);
    values.push_back(reverse ? reverse_steps(result.values, layout) : result.values);
    auto& ended = result.other_states;
    ended.insert(ended.begin(), result.values.index_select(0, last));
    states.resize(ended.size());
    for (size_t i = 0; i < ended.size(); ++i) states[i].push_back(ended[i]);
  }
  const auto type = at::promote_types(packed.scalar_type(), at::kFloat);  // fp32 at least
  CellLayerResult output{.values = values.size() == 1 ? values.front() : at::cat(values, 1),
                         .states = {}};
  for (const auto& state : states) output.states.push_back(at::stack(state).to(type));
  return output;
}

RecurrentOutput RecurrentEncoderImpl::forward(const at::Tensor& packed,
                                              const SequenceLayout& layout,
                                              const ForwardContext& context,
                                              const std::optional<RecurrentState>& initial,
                                              FinalStates final_states,
                                              const RecurrentWeights* drawn) {
  const auto type = packed.scalar_type();
  const bool may_be_own = context.probe == nullptr && cell_.kernels != nullptr &&
                          packed.device().is_cpu() &&
                          (type == at::kFloat || type == context.compute_type);
  const auto* kernels =
      may_be_own ? cell_.kernels(context.kernel_path, context.compute_type) : nullptr;
  const RecurrentState begin = initial.value_or(RecurrentState{});
  TORCH_CHECK(begin.empty() || begin.size() == cell_.states.size(), "layers begin with ",
              begin.size(), " states, and their cell has ", cell_.states.size());
  const RecurrentWeights weights = drawn != nullptr ? *drawn : draw_weights(context);
  at::Tensor values = kernels != nullptr ? packed : packed.to(context.compute_type);
  std::vector<CellTensors> states;  // of each state (D, B, H) of each layer
  for (int64_t layer = 0; layer < options_.layers; ++layer) {
    if (layer > 0) {
      values = norms_[static_cast<size_t>(layer)](values, is_training()).to(values.scalar_type());
      values = step_dropout(values, layout, {options_.dropout, options_.variational}, is_training(),
                            context);
    }
    const auto output =
        kernels != nullptr
            ? own_layer(values, layout, layer, weights, begin, context.compute_type, *kernels)
            : stock_layer(values, layout, layer, weights, begin, final_states, context.probe);
    values = output.values;  // (N, directions * H)
    states.resize(output.states.size());
    for (size_t i = 0; i < states.size(); ++i) states[i].push_back(output.states[i]);
  }
  RecurrentOutput output{.values = values, .state = {}};
  for (const auto& state : states) output.state.push_back(at::cat(state));
  return output;
}

}  // namespace mnemo
