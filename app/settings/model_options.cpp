#include "app/settings/model_options.h"

#include <fmt/format.h>

#include "app/settings/enum_tables.h"
#include "mnemo/error.h"

namespace mnemo {

void describe_cell(OptionSet& set, Cell& cell, Activation& activation) {
  set.choice("cell", cell, "recurrent cell, or layers of attention");
  set.choice("activation", activation, "activation of `cell` rnn").unseen_in_weights();
}

void describe_inner_dropout(OptionSet& set, double& layer_dropout, double& recurrent_dropout) {
  set.number("layer-dropout", layer_dropout, {0.0, 0.99},
             "dropout between layers; inside those of a transformer")
      .takes_no_time();
  set.number("recurrent-dropout", recurrent_dropout, {0.0, 0.99},
             "share of the recurrent weights dropped in each step of training")
      .takes_no_time();
}

void describe_output_dropout(OptionSet& set, double& output_dropout, const char* help) {
  set.number("output-dropout", output_dropout, {0.0, 0.99}, help).takes_no_time();
}

void describe_pooling(OptionSet& set, PoolingOptions& pooling, Norm& norm, Norm& inner_norm) {
  set.choices("pooling", pooling.kinds, "from all steps to one vector").unseen_in_weights();
  set.number("heads", pooling.heads, {1, 256}, "heads of attention pooling").unseen_in_weights();
  set.choice("norm", norm, "normalisation before the dense layer");
  set.choice("inner-norm", inner_norm, "normalisation between recurrent layers");
}

void describe(OptionSet& set, TransformerOptions& options) {
  set.number("attention-heads", options.heads, {1, 256},
             "heads of each layer, with `cell` transformer")
      .unseen_in_weights();
  set.number_or_auto("feedforward-size", options.feedforward_size, {1, 65'536},
                     "inner units of each layer, likewise; auto: 4 times its width");
  set.choice("positions", options.positions, "how a step knows its place, likewise");
}

void require_consistent_cell(const OptionSet& set, Cell cell) {
  if (cell == Cell::transformer) return;
  for (const char* name : {"attention-heads", "feedforward-size", "positions"}) {
    if (!set.given(name)) continue;
    throw SettingError(
        name, fmt::format("is for `cell` transformer, and this is `cell` {}", enum_name(cell)),
        "leave it out");
  }
}

}  // namespace mnemo
