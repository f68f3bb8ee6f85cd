#include "datasets/message_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "common/nearest.h"
#include "datasets/text_reader.h"

namespace mnemo {

std::string in_quotes(std::string_view text) {
  constexpr size_t kMostBytes = 40;
  std::string start(text.substr(0, kMostBytes));
  replace_invalid_utf8(start);  // the cut may have halved a character
  return fmt::format("\"{}{}\"", start, text.size() > kMostBytes ? "..." : "");
}

std::string listed(std::span<const std::string> names) {
  constexpr size_t kMostNames = 20;
  std::vector<std::string> first;
  for (const std::string& name : names.first(std::min(names.size(), kMostNames))) {
    first.push_back(in_quotes(name));
  }
  return first_of(first, std::ssize(names));
}

std::string first_of(const std::vector<std::string>& first, int64_t count) {
  const auto more = count - std::ssize(first);
  std::string list = fmt::format("{}", fmt::join(first, ", "));
  if (more > 0) list += fmt::format(" and {} more", more);
  return list;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  // Its cost grows with the product of the lengths, and no slip is that long.
  constexpr size_t kLongestWord = 100;
  const std::string nearest = nearest_name(word.substr(0, kLongestWord), candidates);
  return nearest.empty() ? "" : fmt::format("did you mean {}?", in_quotes(nearest));
}

std::string no_such(std::string_view kind, std::string_view wanted,
                    std::span<const std::string> names) {
  const std::string nearest = suggestion(wanted, names);
  return fmt::format("no {0} {1}; {2}{3}the {0}s are: {4}", kind, in_quotes(wanted), nearest,
                     nearest.empty() ? "" : " ", listed(names));
}

std::string endings_listed(std::span<const std::string> endings) {
  if (endings.empty()) return {};
  if (endings.size() == 1) return endings.front();
  return fmt::format("{} and {}", fmt::join(endings.first(endings.size() - 1), ", "),
                     endings.back());
}

std::string counted(int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace mnemo
