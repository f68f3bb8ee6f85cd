// The registries of readers, text_formats.h and series_formats.h, are asked alike.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

// The format of a file with that ending, by the first row that claims it; `begins_so(definition)`
// is asked of formats that share the ending.
template <typename Format, typename Rows, typename BeginsSo>
std::optional<Format> format_by_ending(const Rows& rows, const std::string& ending,
                                       const BeginsSo& begins_so) {
  const auto is_among = [&](const std::vector<std::string>& endings) {
    return std::ranges::find(endings, ending) != endings.end();
  };
  for (const auto& row : rows) {
    const auto& definition = row.definition();
    if (is_among(definition.endings)) return row.format;
    if (is_among(definition.shared_endings) && begins_so(definition)) return row.format;
  }
  return std::nullopt;
}

// All endings that tell a format, in the order of the rows.
template <typename Rows>
std::vector<std::string> endings_of(const Rows& rows) {
  std::vector<std::string> endings;
  for (const auto& row : rows) {
    for (const auto& ending : row.definition().endings) endings.push_back(ending);
  }
  return endings;
}

}  // namespace mnemo
