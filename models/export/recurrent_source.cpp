#include "models/export/recurrent_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mnemo {

std::string recurrent_call(Cell cell, Activation activation, const std::string& input,
                           const std::vector<std::string>& states, const std::string& prefix,
                           const std::string& suffix) {
  const auto& definition = definition_of(cell);
  std::vector<std::string> weights;
  for (const auto& parameter : definition.parameters) {
    weights.push_back(fmt::format("self.{}{}{}", prefix, parameter.name, suffix));
  }
  return fmt::format(fmt::runtime(definition.source), fmt::arg("input", input),
                     fmt::arg("states", fmt::join(states, ", ")),
                     fmt::arg("weights", fmt::join(weights, ", ")),
                     fmt::arg("activation", activation == Activation::relu ? "relu" : "tanh"));
}

std::string recurrent_call_from_zeros(Cell cell, Activation activation, const std::string& input,
                                      const std::string& zeros, const std::string& prefix,
                                      const std::string& suffix) {
  const std::vector<std::string> states(definition_of(cell).states.size(), zeros);
  return recurrent_call(cell, activation, input, states, prefix, suffix);
}

std::string recurrent_methods(const std::string& source) {
  std::string methods;
  for (const auto& row : kCells) {
    const bool is_called = source.find(fmt::format("self.{}(", row.name)) != std::string::npos;
    if (is_called) methods += row.definition().source_methods;
  }
  return methods;
}

std::string torchscript_name(std::string state_dict_name) {
  std::ranges::replace(state_dict_name, '.', '_');
  return state_dict_name;
}

}  // namespace mnemo
