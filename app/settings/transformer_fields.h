// The fields of a Transformer's own, as part of a model's settings; models of cells have none of
// them.
#pragma once

#include "app/settings/enum_tables.h"
#include "app/settings/json_fields.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

template <typename Fields, typename Options>
void describe_transformer(Fields& fields, Cell cell, Options& options) {
  if (cell != Cell::transformer) return;
  fields.field("positions", options.positions);
  fields.field("attention_heads", options.heads);
  fields.field("feedforward_size", options.feedforward_size);  // 0: 4 times the width
}

// Throws Error for a size that no file of mnemo's own has.
inline void require_sound(Cell cell, const TransformerOptions& options) {
  if (cell != Cell::transformer) return;
  if (options.heads < 1) throw Error("\"attention_heads\" is not positive");
  if (options.feedforward_size < 0) throw Error("\"feedforward_size\" is negative");
}

}  // namespace mnemo
