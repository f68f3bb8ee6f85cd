// Enumerators as JSON strings.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app/support/enum_names.h"
#include "mnemo/error.h"

namespace mnemo {

template <typename Enum>
Enum read_enum(const nlohmann::json& object, const char* key) {
  const auto name = object.at(key).get<std::string>();
  if (const auto value = enum_from_name<Enum>(name)) return *value;
  throw Error(fmt::format("\"{}\" is \"{}\", expected one of: {}", key, name,
                          fmt::join(enum_names<Enum>(), ", ")));
}

// Of a key that older files lack.
template <typename Enum>
Enum read_enum_or(const nlohmann::json& object, const char* key, Enum missing) {
  return object.contains(key) ? read_enum<Enum>(object, key) : missing;
}

template <typename Enum>
std::vector<std::string> names_of(const std::vector<Enum>& values) {
  std::vector<std::string> names;
  for (const Enum value : values) names.push_back(enum_name(value));
  return names;
}

template <typename Enum>
std::vector<Enum> read_enums(const nlohmann::json& object, const char* key) {
  std::vector<Enum> values;
  for (const auto& item : object.at(key)) {
    values.push_back(read_enum<Enum>(nlohmann::json{{key, item}}, key));
  }
  return values;
}

// Calls `read` and tells whatever is wrong with the settings as an Error that begins with `name`.
template <typename Read>
auto read_settings(const std::string& name, const Read& read) {
  constexpr const char* kWrong = "{}: the model's settings are not as expected: {}";
  try {
    return read();
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format(kWrong, name, error.what()));
  } catch (const Error& error) {
    throw Error(fmt::format(kWrong, name, error.what()));
  }
}

}  // namespace mnemo
