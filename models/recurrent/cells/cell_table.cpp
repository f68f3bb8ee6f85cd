#include "models/recurrent/cells/cell_table.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace mnemo {

std::vector<CellParameter> pytorch_parameters(int64_t gates) {
  return {{.name = "weight_ih", .role = CellRole::input, .rows = gates},
          {.name = "weight_hh", .role = CellRole::recurrent, .rows = gates},
          {.name = "bias_ih", .role = CellRole::bias, .rows = gates},
          {.name = "bias_hh", .role = CellRole::bias, .rows = gates}};
}

at::Tensor pytorch_read(const at::Tensor& packed, const CellTensors& weights) {
  return at::linear(packed, weights[0], weights[2]);
}

bool has_recurrent_matrix(const CellDefinition& cell) {
  return std::ranges::find(cell.parameters, CellRole::recurrent, &CellParameter::role) !=
         cell.parameters.end();
}

const CellDefinition& definition_of(Cell cell) {
  TORCH_INTERNAL_ASSERT(cell != Cell::transformer, "a Transformer is no cell");
  return kCells.at(static_cast<size_t>(cell)).definition();
}

bool has_forget_gate(Cell cell) {
  return cell != Cell::transformer && definition_of(cell).forget_bias.has_value();
}

bool has_recurrent_matrix(Cell cell) {
  return cell != Cell::transformer && has_recurrent_matrix(definition_of(cell));
}

bool takes_activation(Cell cell) {
  return cell != Cell::transformer && definition_of(cell).takes_activation;
}

bool is_gated(Cell cell) {
  if (cell == Cell::transformer) return false;
  const auto gates = definition_of(cell).gates(Activation::tanh);
  return std::ranges::any_of(gates,
                             [](const auto& gate) { return gate.squash == Squash::sigmoid; });
}

bool has_own_kernels(Cell cell) {
  return cell != Cell::transformer && definition_of(cell).kernels != nullptr;
}

std::string cells_that(bool (*have)(Cell), std::string_view joiner) {
  std::vector<std::string_view> names;
  for (const auto& row : kCells) {
    if (have(row.cell)) names.push_back(row.name);
  }
  return fmt::format("{}", fmt::join(names, joiner));
}

}  // namespace mnemo
