// How messages show what a file holds: never a paragraph, never hundreds of names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

// `text` in quotation marks: valid UTF-8, and cut short when it is long.
std::string in_quotes(std::string_view text);

// The first of `names`, quoted, and how many more there are.
std::string listed(std::span<const std::string> names);

// "a, b, c and 7 more", of `count` things of which `first` are the first.
std::string first_of(const std::vector<std::string>& first, int64_t count);

// `did you mean "x"?`, or nothing when no candidate is near.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

// `no column "x"; did you mean "y"? the columns are: "a", "y"`, and likewise of another `kind` of
// name.
std::string no_such(std::string_view kind, std::string_view wanted,
                    std::span<const std::string> names);

// ".csv, .tsv and .ft", of names that need no quotes.
std::string endings_listed(std::span<const std::string> endings);

// "1 value", "2 values".
std::string counted(int64_t count, std::string_view noun);

}  // namespace mnemo
