// The names of enumerators on the command line, in config files and in saved models: one table
// each.
#pragma once

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

template <typename Enum>
struct EnumName {
  Enum value;
  std::string_view name;
};

// Clang deduces the arguments of an aggregate by itself from version 17 on.
template <typename Enum>
EnumName(Enum, std::string_view) -> EnumName<Enum>;

// Specialised for each enum: `static constexpr std::array table`, in the order of display.
template <typename Enum>
struct EnumNames;

template <typename Enum>
std::string enum_name(Enum value) {
  for (const auto& entry : EnumNames<Enum>::table) {
    if (entry.value == value) return std::string(entry.name);
  }
  return fmt::format("unnamed value {}", static_cast<int>(value));
}

template <typename Enum>
std::optional<Enum> enum_from_name(std::string_view name) {
  for (const auto& entry : EnumNames<Enum>::table) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

template <typename Enum>
std::vector<std::string> enum_names() {
  std::vector<std::string> names;
  for (const auto& entry : EnumNames<Enum>::table) names.emplace_back(entry.name);
  return names;
}

}  // namespace mnemo
