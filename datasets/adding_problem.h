// The adding problem (Hochreiter and Schmidhuber 1997, in the form of Le, Jaitly and Hinton 2015):
// a made-up task that can be solved only by remembering over a long time.
//
// A series has two features a step: a number from 0 up to 1, and a marker, which is 1 at one step
// of the first half and at one of the second, else 0. To find: the sum of the two marked numbers.
// Always to answer 1 has a mean squared error of 1/6.
#pragma once

#include <cstdint>
#include <filesystem>

namespace mnemo {

struct AddingProblemOptions {
  int64_t length = 100;  // steps of each series, at least 2
  int64_t rows = 10'000;
  uint64_t seed = 1;
};

// Writes a .ts file, atomically. The same options give the same bytes on every machine.
void write_adding_problem(const AddingProblemOptions& options, const std::filesystem::path& path);

}  // namespace mnemo
