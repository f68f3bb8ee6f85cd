// A struct's fields as JSON, from one description of them: a template describe(fields, options)
// names each field once, and the two classes below write them and read them back.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "app/support/enum_names.h"
#include "mnemo/error.h"

namespace mnemo {

// Enumerators are their names, everything else is as the JSON library has it.
template <typename Value>
nlohmann::json json_of(const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    return enum_name(value);
  } else {
    return value;
  }
}

template <typename Enum>
nlohmann::json json_of(const std::vector<Enum>& values) requires std::is_enum_v<Enum> {
  auto names = nlohmann::json::array();
  for (const Enum value : values) names.push_back(enum_name(value));
  return names;
}

// Throws Error for a name that no enumerator has, and the JSON library's own for another type.
template <typename Value>
void read_json(const nlohmann::json& json, const char* key, Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    const auto name = json.get<std::string>();
    const auto found = enum_from_name<Value>(name);
    if (!found) {
      throw Error(fmt::format("\"{}\" is \"{}\", expected one of: {}", key, name,
                              fmt::join(enum_names<Value>(), ", ")));
    }
    value = *found;
  } else {
    json.get_to(value);
  }
}

template <typename Enum>
void read_json(const nlohmann::json& json, const char* key,
               std::vector<Enum>& values) requires std::is_enum_v<Enum> {
  values.clear();
  for (const auto& item : json) read_json(item, key, values.emplace_back());
}

class FieldWriter {
 public:
  template <typename Value>
  void field(const char* key, const Value& value) {
    json_[key] = json_of(value);
  }
  template <typename Value>
  void newer(const char* key, const Value& value, const Value&) {
    field(key, value);
  }
  template <typename Describe>
  void object(const char* key, const Describe& describe) {
    FieldWriter inner;
    describe(inner);
    json_[key] = std::move(inner.json_);
  }
  template <typename Describe>
  void newer_object(const char* key, const Describe& describe) {
    object(key, describe);
  }
  // Writes a value that nobody reads back.
  void note(const char* key, nlohmann::json value) { json_[key] = std::move(value); }

  nlohmann::json take() { return std::move(json_); }

 private:
  nlohmann::json json_ = nlohmann::json::object();
};

class FieldReader {
 public:
  explicit FieldReader(const nlohmann::json& json) : json_(json) {}

  template <typename Value>
  void field(const char* key, Value& value) {
    read_json(json_.at(key), key, value);
  }
  // Older files lack the key, and mean `missing` by that.
  template <typename Value>
  void newer(const char* key, Value& value, const Value& missing) {
    if (json_.contains(key)) {
      field(key, value);
    } else {
      value = missing;
    }
  }
  template <typename Describe>
  void object(const char* key, const Describe& describe) {
    FieldReader inner(json_.at(key));
    describe(inner);
  }
  // Older files lack the key, and leave its fields as they are.
  template <typename Describe>
  void newer_object(const char* key, const Describe& describe) {
    if (json_.contains(key)) object(key, describe);
  }
  void note(const char*, const nlohmann::json&) {}

 private:
  const nlohmann::json& json_;
};

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
