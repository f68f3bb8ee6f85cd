#include "datasets/message_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "datasets/text_reader.h"

namespace mnemo {

std::string shown(std::string_view text) {
  constexpr size_t kMostBytes = 40;
  std::string start(text.substr(0, kMostBytes));
  replace_invalid_utf8(start);  // the cut may have halved a character
  if (text.size() > kMostBytes) start += "...";
  return start;
}

std::string listed(const std::vector<std::string>& names) {
  constexpr size_t kMostNames = 20;
  std::vector<std::string> first;
  for (size_t i = 0; i < std::min(names.size(), kMostNames); ++i) first.push_back(shown(names[i]));
  return first_of(first, static_cast<int64_t>(names.size()));
}

std::string first_of(const std::vector<std::string>& first, int64_t count) {
  const auto more = count - static_cast<int64_t>(first.size());
  std::string list = fmt::format("{}", fmt::join(first, ", "));
  if (more > 0) list += fmt::format(" and {} more", more);
  return list;
}

}  // namespace mnemo
