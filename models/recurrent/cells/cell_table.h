// All cells, one row each.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "models/recurrent/cells/cell_definition.h"

namespace mnemo {

// A row is the cell's enumerator, its name on the command line and in saved models, and the name
// of its file here, in which ROW_cell() returns its definition.
#define MNEMO_CELLS(ROW) \
  ROW(lstm)              \
  ROW(gru)               \
  ROW(rnn)

#define MNEMO_ENUMERATOR(name) name,
// `transformer` stands beside the cells and is none: sequence_encoder.h builds it.
enum class Cell { MNEMO_CELLS(MNEMO_ENUMERATOR) transformer };
#undef MNEMO_ENUMERATOR

#define MNEMO_DECLARATION(name) const CellDefinition& name##_cell();
MNEMO_CELLS(MNEMO_DECLARATION)
#undef MNEMO_DECLARATION

struct CellRow {
  Cell cell;
  std::string_view name;
  const CellDefinition& (*definition)();
};

#define MNEMO_ROW(name) CellRow{Cell::name, #name, name##_cell},
// In the order of the enumerators.
inline constexpr std::array kCells = {MNEMO_CELLS(MNEMO_ROW)};
#undef MNEMO_ROW

// A transformer, which is no cell, has none.
const CellDefinition& definition_of(Cell cell);

// The same questions asked of a transformer, too, for which all answers are no.
bool has_forget_gate(Cell cell);
bool has_recurrent_matrix(Cell cell);
bool takes_activation(Cell cell);
bool is_gated(Cell cell);
// True when mnemo has kernels of its own for it, which gain by bf16.
bool has_own_kernels(Cell cell);

// The names of all cells that such a question is answered yes for, for messages.
std::string cells_that(bool (*have)(Cell), std::string_view joiner = " or ");

}  // namespace mnemo
