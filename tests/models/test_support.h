// The tests of models share this.
#pragma once

#include <ATen/CPUGeneratorImpl.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "models/initialization.h"
#include "models/kernels/dispatch.h"
#include "models/sequence_batch.h"
#include "models/text_classifier.h"

namespace mnemo {

inline at::Generator test_generator(uint64_t seed = 3) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>();
  generator.set_current_seed(seed);
  return generator;
}

// Parameters that are all different, so that a mixed-up gate or direction shows.
inline void randomize(torch::nn::Module& module, uint64_t seed = 5) {
  const at::NoGradGuard no_grad;
  auto generator = test_generator(seed);
  for (auto& parameter : module.parameters()) parameter.uniform_(-0.5, 0.5, generator);
}

// Random features of sequences with the given lengths, packed: (N, F).
inline at::Tensor random_packed(const SequenceLayout& layout, int64_t features, uint64_t seed = 9) {
  return at::randn({layout.values(), features}, test_generator(seed));
}

// True when this machine runs the kernels of an instruction set.
inline bool has_kernels(KernelPath path) {
  try {
    return vector_kernels(path) != nullptr;
  } catch (const Error&) {
    return false;
  }
}

// True when it runs an LSTM by them.
inline bool runs_here(KernelPath path, at::ScalarType type) {
  return has_kernels(path) && lstm_kernels(path, type) != nullptr;
}

// A row of the table, by which tests of every cell name their cases.
inline std::string cell_name(Cell cell) {
  for (const auto& row : kCells) {
    if (row.cell == cell) return std::string(row.name);
  }
  return "transformer";
}

inline std::vector<Cell> all_cells() {
  std::vector<Cell> cells;
  for (const auto& row : kCells) cells.push_back(row.cell);
  return cells;
}

using Ids = std::vector<std::vector<int32_t>>;

inline SequenceBatch make_batch(const Ids& ids) {
  const std::vector<std::span<const int32_t>> spans(ids.begin(), ids.end());
  return pack_ids(spans);
}

// Unequal lengths, one of them 1, not sorted.
inline Ids sample_ids() { return {{5, 3, 9, 2}, {7}, {4, 8, 6, 1, 2, 11, 3}, {2, 2, 10}}; }

}  // namespace mnemo
