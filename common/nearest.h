// "Did you mean ...?" for mistyped names.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mnemo {

// The candidate with the least Levenshtein distance to `word`, or "" when none is near enough to be
// a likely slip (distance above a third of the longer of the two).
std::string nearest_name(std::string_view word, std::span<const std::string> candidates);

}  // namespace mnemo
