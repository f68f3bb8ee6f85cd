#include "app/settings/model_options.h"

#include <fmt/format.h>

#include "app/settings/enum_tables.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr Range<double> kDropout = {0.0, 0.99};
constexpr int64_t kMostUnits = 8192;

}  // namespace

void describe_embedding_dim(OptionSet& set, int64_t& size) {
  set.number("embedding-dim", size, {1, 8192}, "size of a piece's vector");
}

void describe_cell(OptionSet& set, Cell& cell, const char* help) { set.choice("cell", cell, help); }

void describe_activation(OptionSet& set, Activation& activation) {
  set.choice("activation", activation, "activation of `cell` rnn").unseen_in_weights();
}

void describe_hidden_size(OptionSet& set, int64_t& units, int64_t least, const char* help) {
  set.number("hidden-size", units, {least, kMostUnits}, help).takes_time_in_proportion();
}

void describe_hidden_sizes(OptionSet& set, std::vector<int64_t>& units, const char* help) {
  set.list("hidden-sizes", units, {1, kMostUnits}, help);
}

void describe_layer_count(OptionSet& set, int64_t& layers, const char* help) {
  set.number("layers", layers, {1, 16}, help);
}

void describe_bidirectional(OptionSet& set, bool& bidirectional, const char* help) {
  set.flag("bidirectional", bidirectional, help).unseen_in_weights();
}

void describe_inner_norm(OptionSet& set, Norm& norm) {
  set.choice("inner-norm", norm, "normalisation between recurrent layers");
}

void describe_input_dropout(OptionSet& set, double& share, const char* help) {
  set.number("input-dropout", share, kDropout, help).takes_no_time();
}

void describe_embedding_dropout(OptionSet& set, double& share) {
  set.number("embedding-dropout", share, kDropout, "share of embedded elements zeroed")
      .takes_no_time();
}

void describe_layer_dropout(OptionSet& set, double& share, const char* help) {
  set.number("layer-dropout", share, kDropout, help).takes_no_time();
}

void describe_recurrent_dropout(OptionSet& set, double& share) {
  set.number("recurrent-dropout", share, kDropout,
             "share of the recurrent weights dropped in each step of training")
      .takes_no_time();
}

void describe_output_dropout(OptionSet& set, double& share, const char* help) {
  set.number("output-dropout", share, kDropout, help).takes_no_time();
}

void describe_variational_dropout(OptionSet& set, bool& variational, const char* help) {
  set.flag("variational-dropout", variational, help).takes_no_time();
}

void describe_dropout(OptionSet& set, double& share) {
  set.number("dropout", share, kDropout, "dropout before the dense layer").takes_no_time();
}

void describe_pooling(OptionSet& set, PoolingOptions& pooling, Norm& norm, Norm& inner_norm) {
  set.choices("pooling", pooling.kinds, "from all steps to one vector").unseen_in_weights();
  set.number("heads", pooling.heads, {1, 256}, "heads of attention pooling").unseen_in_weights();
  set.choice("norm", norm, "normalisation before the dense layer");
  describe_inner_norm(set, inner_norm);
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
