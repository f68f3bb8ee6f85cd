#include "app/support/json_text.h"

#include <nlohmann/json.hpp>

namespace mnemo {

std::string json_text(const nlohmann::json& object, int indent) {
  return object.dump(indent, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

std::string json_line(const nlohmann::json& object) { return json_text(object) + "\n"; }

}  // namespace mnemo
