#include "app/settings/cell_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/settings/enum_tables.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

void require_recurrence(const char* setting, Cell cell) {
  if (has_recurrent_matrix(cell)) return;
  throw SettingError(
      setting,
      fmt::format("is for cells, and `cell` {} has no recurrent matrices", enum_name(cell)),
      "leave it out");
}

void validate_start(Cell cell, const InitializationOptions& options) {
  if (options.forget_bias != 0.0 && !has_forget_gate(cell)) {
    throw SettingError(
        "forget-bias",
        fmt::format("is for `cell` {}, which has a forget gate", cells_that(has_forget_gate)),
        "leave it out");
  }
  if (options.recurrent != RecurrentInit::pytorch) require_recurrence("recurrent-init", cell);
}

void validate_inside(const LayerSettings& layers) {
  if (layers.activation == Activation::relu && !takes_activation(layers.cell)) {
    throw SettingError("activation",
                       fmt::format("relu is for `cell` {} alone", cells_that(takes_activation)),
                       fmt::format("the gates of {} are fixed, and a transformer has GELU",
                                   cells_that(is_gated, " and ")));
  }
  if (layers.recurrent_dropout > 0.0) require_recurrence("recurrent-dropout", layers.cell);
}

void validate_between(const LayerSettings& layers) {
  const bool is_transformer = layers.cell == Cell::transformer;
  const bool is_single = !layers.single_layer.empty();
  if (layers.layer_dropout > 0.0 && is_single && !is_transformer) {
    throw SettingError("layer-dropout", "acts between layers, and " + layers.single_layer,
                       "drop one of the two");
  }
  if (layers.inner_norm != Norm::none && is_single) {
    throw SettingError("inner-norm", "stands between layers, and " + layers.single_layer,
                       "drop one of the two");
  }
  if (layers.inner_norm != Norm::none && is_transformer) {
    throw SettingError("inner-norm",
                       "is for recurrent layers, and a transformer has norms of its own",
                       "leave it out");
  }
}

// A Transformer's dropout inside its layers stays as it is.
void validate_variational(const LayerSettings& layers) {
  const auto acts = [](const auto& other) { return other.second > 0.0; };
  const bool between = layers.cell != Cell::transformer;
  if (!layers.variational || std::ranges::any_of(layers.other_dropouts, acts) ||
      (between && layers.layer_dropout > 0.0)) {
    return;
  }
  std::string names = between ? "`layer-dropout`" : "";
  for (const auto& [name, dropout] : layers.other_dropouts) {
    names += (names.empty() ? "`" : ", `") + name + "`";
  }
  throw SettingError(
      "variational-dropout",
      fmt::format("is about {}, and there is none of that: set one, or leave it out{}", names,
                  between ? "" : " (it leaves the `layer-dropout` inside a transformer as it is)"));
}

}  // namespace

void validate(const LayerSettings& layers, const InitializationOptions& start) {
  validate_inside(layers);
  validate_between(layers);
  validate_variational(layers);
  validate_start(layers.cell, start);
}

}  // namespace mnemo
