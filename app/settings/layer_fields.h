// The fields of layers that the models of several tasks have, as parts of their settings.
#pragma once

#include "app/settings/enum_tables.h"
#include "app/settings/json_fields.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// A Transformer's own, of which models of cells have none.
template <typename Fields, typename Options>
void describe_transformer(Fields& fields, Cell cell, Options& options) {
  if (cell != Cell::transformer) return;
  fields.field("positions", options.positions);
  fields.field("attention_heads", options.heads);
  fields.field("feedforward_size", options.feedforward_size);  // 0: 4 times the width
}

// A recurrent encoder's, without its sizes, and the dropout of what it gives.
template <typename Fields, typename Model>
void describe_recurrence(Fields& fields, Model& model) {
  auto& encoder = model.encoder;
  fields.field("cell", encoder.cell);
  fields.field("activation", encoder.activation);
  fields.field("bidirectional", encoder.bidirectional);
  fields.field("layer_dropout", encoder.dropout);
  fields.field("recurrent_dropout", encoder.recurrent_dropout);
  fields.field("output_dropout", model.output_dropout);
}

// All that a classifier has between its input and its answer, but for the encoder's sizes.
template <typename Fields, typename Model>
void describe_layers(Fields& fields, Model& model) {
  describe_recurrence(fields, model);
  describe_transformer(fields, model.encoder.cell, model.transformer);
  fields.field("variational_dropout", model.encoder.variational);
  fields.field("inner_norm", model.encoder.inner_norm);
  fields.field("pooling", model.pooling.kinds);
  fields.field("heads", model.pooling.heads);
  fields.field("norm", model.norm);
  fields.field("dropout", model.dropout);
  fields.field("aux_classes", model.aux_classes);
}

// Throws Error for a size that no file of mnemo's own has.
inline void require_sound(Cell cell, const TransformerOptions& options) {
  if (cell != Cell::transformer) return;
  if (options.heads < 1) throw Error("\"attention_heads\" is not positive");
  if (options.feedforward_size < 0) throw Error("\"feedforward_size\" is negative");
}

}  // namespace mnemo
