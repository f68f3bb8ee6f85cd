#include "models/export/decoder_source.h"

#include <fmt/format.h>

#include "models/export/recurrent_source.h"
#include "models/export/sequence_source.h"

namespace mnemo {

std::string cell_layers_source(const ForecasterOptions& options, const std::string& variable,
                               const std::string& prefix, const LayerSource& begin,
                               const LayerSource& end) {
  const auto& states = definition_of(options.cell).states;
  std::string code;
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    const std::string suffix = fmt::format("_l{}", layer);
    if (layer > 0) code += norm_source(options.inner_norm, variable, prefix, suffix);
    code += begin(layer);
    code += fmt::format("    read = {}\n",
                        recurrent_call(options.cell, Activation::tanh, variable,
                                       {states.begin(), states.end()}, prefix, suffix));
    if (end) code += end(layer);
    code += fmt::format("    {} = read[0]\n", variable);
  }
  return code;
}

LayerSource begin_at_zeros(Cell cell) {
  return [cell](int64_t) {
    std::string code;
    for (const auto name : definition_of(cell).states)
      code += fmt::format("    {} = zeros\n", name);
    return code;
  };
}

LayerSource begin_at_kept_states(Cell cell) {
  return [cell](int64_t layer) {
    std::string code;
    for (const auto name : definition_of(cell).states) {
      code += fmt::format("    {0} = {0}_{1}\n", name, layer);
    }
    return code;
  };
}

std::string decoder_source(const ForecasterOptions& options) {
  const auto& states = definition_of(options.cell).states;
  const auto keep_states = [&](int64_t layer) {
    std::string code;
    for (size_t i = 0; i < states.size(); ++i) {
      code += fmt::format("    {}_{} = read[{}]\n", states[i], layer, i + 1);
    }
    return code;
  };
  std::string code =
      fmt::format("    zeros = torch.zeros([1, batch, {}], dtype=x.dtype, device=x.device)\n",
                  options.hidden_size);
  code += cell_layers_source(options, "x", "encoder_", begin_at_zeros(options.cell), keep_states);
  code += fmt::format(
      "    places = torch.arange(1, {0}, dtype=x.dtype, device=x.device) / {1}\n"
      "    steps = places.view([1, -1, 1]).expand([batch, -1, -1])\n",
      options.horizon + 1, options.horizon);
  if (!options.known.empty()) code += "    steps = torch.cat([known, steps], 2)\n";
  code += "    y = steps\n";
  code += cell_layers_source(options, "y", "decoder_", begin_at_kept_states(options.cell));
  return code + fmt::format(
                    "    y = torch.cat([y, steps], 2)\n"
                    "    y = torch.relu(torch.linear(y, self.hidden_weight, self.hidden_bias))\n"
                    "    y = torch.linear(y, self.dense_weight, self.dense_bias)\n"
                    "    y = y.view([batch, {}, {}, {}])\n",
                    options.horizon, options.targets(), options.outputs());
}

}  // namespace mnemo
