#include "datasets/series/numbered_columns.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace mnemo {
namespace {

struct NumberedName {
  std::string_view name;
  int64_t number = 0;
};

std::optional<NumberedName> split_name(std::string_view whole) {
  constexpr std::string_view kDigits = "0123456789";
  const size_t begin = whole.find_last_not_of(kDigits) + 1;
  const std::string_view digits = whole.substr(begin);
  NumberedName parts{.name = whole.substr(0, begin)};
  const char* const end = digits.data() + digits.size();
  if (digits.empty() || std::from_chars(digits.data(), end, parts.number).ec != std::errc()) {
    return std::nullopt;
  }
  return parts;
}

}  // namespace

std::vector<NumberedColumns> find_numbered_columns(const std::vector<std::string>& names) {
  constexpr size_t kFewest = 3;
  using Members = std::vector<std::pair<int64_t, size_t>>;  // number and place
  std::map<std::string_view, Members> groups;
  for (size_t i = 0; i < names.size(); ++i) {
    if (const auto parts = split_name(names[i])) groups[parts->name].push_back({parts->number, i});
  }
  std::vector<NumberedColumns> found;
  for (auto& [name, members] : groups) {
    std::ranges::sort(members);
    const auto gap = std::ranges::adjacent_find(
        members, [](const auto& a, const auto& b) { return a.first + 1 != b.first; });
    if (members.size() < kFewest || gap != members.end()) continue;
    auto& group = found.emplace_back();
    group.name = name.substr(0, name.find_last_not_of("_-. ") + 1);
    for (const auto& [number, place] : members) group.columns.push_back(place);
  }
  std::ranges::sort(found, {}, [](const auto& group) { return std::ranges::min(group.columns); });
  return found;
}

}  // namespace mnemo
