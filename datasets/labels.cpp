#include "datasets/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
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

LabelSet::LabelSet(std::vector<std::string> names) : names_(std::move(names)) {
  for (const std::string& name : names_) {
    if (!index_.emplace(name, static_cast<int64_t>(index_.size())).second) {
      throw Error(fmt::format("the label \"{}\" is listed twice", name));
    }
  }
}

LabelSet LabelSet::of(std::span<const std::string> labels) {
  const std::set<std::string> distinct(labels.begin(), labels.end());
  std::vector<std::string> names(distinct.begin(), distinct.end());
  if (std::ranges::all_of(names, [](const auto& name) { return as_integer(name).has_value(); })) {
    std::ranges::sort(names, less_as_number);
  }
  return LabelSet(std::move(names));
}

std::optional<int64_t> LabelSet::find(const std::string& name) const {
  const auto found = index_.find(name);
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

}  // namespace mnemo
