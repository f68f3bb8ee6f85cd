#include "models/recurrent/unrolled.h"

#include <utility>

namespace mnemo {

CellPassResult unrolled_pass(const CellDefinition& cell, const CellPass& pass, ProbedPass* probed) {
  const auto inputs = cell.read(pass.input, pass.weights);  // (N, R)
  const auto offsets = pass.layout.step_offsets();
  std::vector<CellTensors> states(cell.states.size());  // of each state (B_t, H) at each step
  std::vector<CellTensors> gates;                       // likewise
  CellTensors before = pass.states;
  for (size_t t = 0; t + 1 < offsets.size(); ++t) {
    const int64_t rows = offsets[t + 1] - offsets[t];  // those that are longer than t come first
    for (auto& state : before) state = state.narrow(0, 0, rows);
    auto step = cell.step({.input = inputs.narrow(0, offsets[t], rows),
                           .states = before,
                           .weights = pass.weights,
                           .activation = pass.activation});
    for (size_t i = 0; i < states.size(); ++i) states[i].push_back(step.states[i]);
    if (probed != nullptr) {
      gates.resize(step.gates.size());
      for (size_t i = 0; i < gates.size(); ++i) gates[i].push_back(step.gates[i].detach());
    }
    before = std::move(step.states);
  }
  CellPassResult result{.values = at::cat(states.front())};
  if (pass.wants_all_states) {
    const auto last = pass.layout.last_rows().to(pass.input.device());
    for (size_t i = 1; i < states.size(); ++i) {
      result.other_states.push_back(at::cat(states[i]).index_select(0, last));
    }
  }
  if (probed != nullptr) {
    for (const auto& gate : cell.gates(pass.activation)) {
      probed->gates.push_back({.name = gate.name, .squash = gate.squash});
    }
    for (size_t i = 0; i < gates.size(); ++i) probed->gates[i].values = at::cat(gates[i]);
    probed->hidden = std::move(states.front());
  }
  return result;
}

}  // namespace mnemo
