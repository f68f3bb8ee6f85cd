#include "models/export/recurrent_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace mnemo {

std::string recurrent_call(Cell cell, Activation activation, const std::string& input,
                           const std::string& hidden, const std::string& cell_state,
                           const std::string& prefix, const std::vector<std::string>& suffixes) {
  std::string weights;
  for (const auto& suffix : suffixes) {
    weights += fmt::format(
        "{0}self.{1}weight_ih{2}, self.{1}weight_hh{2}, self.{1}bias_ih{2}, self.{1}bias_hh{2}",
        weights.empty() ? "" : ", ", prefix, suffix);
  }
  const std::string arguments =
      fmt::format("[{}], True, {}, 0.0, False, False, True", weights, suffixes.size());
  switch (cell) {
    case Cell::lstm:
      return fmt::format("torch.lstm({}, [{}, {}], {})", input, hidden, cell_state, arguments);
    case Cell::gru:
      return fmt::format("torch.gru({}, {}, {})", input, hidden, arguments);
    case Cell::rnn:
      return fmt::format("torch.rnn_{}({}, {}, {})",
                         activation == Activation::relu ? "relu" : "tanh", input, hidden,
                         arguments);
    case Cell::transformer:
      break;
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled cell");
}

std::string torchscript_name(std::string state_dict_name) {
  std::ranges::replace(state_dict_name, '.', '_');
  return state_dict_name;
}

}  // namespace mnemo
