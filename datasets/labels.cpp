#include "datasets/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "mnemo/error.h"

namespace mnemo {
namespace {

std::optional<int64_t> as_integer(const std::string& text) {
  int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped_at != end) return std::nullopt;
  return value;
}

bool less_as_number(const std::string& a, const std::string& b) {
  // The text decides between different spellings of one number, such as 1 and 01.
  return std::pair(*as_integer(a), std::string_view(a)) <
         std::pair(*as_integer(b), std::string_view(b));
}

}  // namespace

std::string plain_label(const std::string& label) {
  // A point without leading zeros before it: 1.0 is a number, and 007 and 1e5 may be names.
  const size_t point = label.find('.');
  const size_t sign = label.starts_with('-') ? 1 : 0;
  if (point == std::string::npos || point == sign) return label;
  if (label[sign] == '0' && point != sign + 1) return label;
  constexpr double kLargestExact = 9007199254740992.0;
  double value = 0.0;
  const char* const end = label.data() + label.size();
  const auto [stopped_at, error] = std::from_chars(label.data(), end, value);
  if (error != std::errc() || stopped_at != end) return label;
  if (std::abs(value) >= kLargestExact || value != std::floor(value)) return label;
  return fmt::format("{}", static_cast<int64_t>(value));
}

LabelSet::LabelSet(std::vector<std::string> names) : names_(std::move(names)) {
  for (const std::string& name : names_) {
    if (!index_.emplace(name, static_cast<int64_t>(index_.size())).second) {
      throw Error(fmt::format("the label \"{}\" is listed twice", name));
    }
    plain_index_.emplace(plain_label(name), index_.at(name));
  }
}

LabelSet LabelSet::of(std::span<const std::string> labels) {
  std::set<std::string> distinct(labels.begin(), labels.end());
  std::map<std::string, int64_t> spellings;
  for (const auto& label : distinct) ++spellings[plain_label(label)];
  for (const auto& [plain, count] : spellings) {
    if (count == 1) continue;
    const std::string& kept = plain;  // Clang 14 takes no structured binding into a lambda
    std::erase_if(distinct, [&](const auto& label) { return plain_label(label) == kept; });
    distinct.insert(kept);
  }
  std::vector<std::string> names(distinct.begin(), distinct.end());
  if (std::ranges::all_of(names, [](const auto& name) { return as_integer(name).has_value(); })) {
    std::ranges::sort(names, less_as_number);
  }
  return LabelSet(std::move(names));
}

std::optional<int64_t> LabelSet::find(const std::string& name) const {
  const auto found = index_.find(name);
  if (found != index_.end()) return found->second;
  const auto plain = plain_index_.find(plain_label(name));
  if (plain == plain_index_.end()) return std::nullopt;
  return plain->second;
}

}  // namespace mnemo
