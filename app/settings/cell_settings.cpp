#include "app/settings/cell_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/settings/enum_tables.h"
#include "mnemo/error.h"

namespace mnemo {

void validate_start(Cell cell, const InitializationOptions& options) {
  if (options.forget_bias != 0.0 && !has_forget_gate(cell)) {
    throw SettingError("forget-bias", "is for `cell` lstm, which has a forget gate",
                       "leave it out");
  }
  if (options.recurrent != RecurrentInit::pytorch && !has_recurrent_matrix(cell)) {
    throw SettingError(
        "recurrent-init",
        fmt::format("is for cells, and `cell` {} has no recurrent matrices", enum_name(cell)),
        "leave it out");
  }
}

void validate_inside(Cell cell, double recurrent_dropout, Norm inner_norm) {
  if (recurrent_dropout > 0.0 && !has_recurrent_matrix(cell)) {
    throw SettingError(
        "recurrent-dropout",
        fmt::format("is for cells, and `cell` {} has no recurrent matrices", enum_name(cell)),
        "leave it out");
  }
  if (inner_norm != Norm::none && cell == Cell::transformer) {
    throw SettingError("inner-norm",
                       "is for recurrent layers, and a transformer has norms of its own",
                       "leave it out");
  }
}

void validate_variational(Cell cell, bool variational, double layer_dropout,
                          const std::map<std::string, double>& others) {
  const auto acts = [](const auto& other) { return other.second > 0.0; };
  const bool between = cell != Cell::transformer;
  if (!variational || std::ranges::any_of(others, acts) || (between && layer_dropout > 0.0)) return;
  std::string names = between ? "`layer-dropout`" : "";
  for (const auto& [name, dropout] : others) names += (names.empty() ? "`" : ", `") + name + "`";
  throw SettingError(
      "variational-dropout",
      fmt::format("is about {}, and there is none of that: set one, or leave it out{}", names,
                  between ? "" : " (it leaves the `layer-dropout` inside a transformer as it is)"));
}

}  // namespace mnemo
