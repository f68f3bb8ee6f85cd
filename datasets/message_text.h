// How messages show what a file holds: never a paragraph, never hundreds of names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

// `text` as valid UTF-8, shortened where it is long.
std::string shown(std::string_view text);

// The first of `names`, each as shown(), and how many more there are.
std::string listed(const std::vector<std::string>& names);

// "a, b, c and 7 more", of `count` things of which `first` are the first.
std::string first_of(const std::vector<std::string>& first, int64_t count);

}  // namespace mnemo
