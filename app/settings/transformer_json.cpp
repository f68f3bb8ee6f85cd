#include "app/settings/transformer_json.h"

#include "app/settings/enum_tables.h"
#include "app/settings/json_enums.h"

namespace mnemo {

nlohmann::json with_transformer(nlohmann::json model, Cell cell,
                                const TransformerOptions& options) {
  if (cell != Cell::transformer) return model;
  model["positions"] = enum_name(options.positions);
  model["attention_heads"] = options.heads;
  model["feedforward_size"] = options.feedforward_size;  // 0: 4 times the width
  return model;
}

TransformerOptions transformer_from_json(const nlohmann::json& model) {
  TransformerOptions options;
  options.positions = read_enum<Positions>(model, "positions");
  model.at("attention_heads").get_to(options.heads);
  model.at("feedforward_size").get_to(options.feedforward_size);
  if (options.heads < 1) throw Error("\"attention_heads\" is not positive");
  if (options.feedforward_size < 0) throw Error("\"feedforward_size\" is negative");
  return options;
}

}  // namespace mnemo
