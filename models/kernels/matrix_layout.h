// Rearranging operands of matrix products, on vectors.
#pragma once

#include <utility>

#include "models/kernels/vector.h"

namespace mnemo {
namespace {

void interleave(const RowInterleaving<float>& rows) {
  for (int64_t row = 0; row < rows.padded_rows; ++row) {
    float* target = rows.target + row * rows.columns;
    const size_t bytes = static_cast<size_t>(rows.columns) * sizeof(float);
    if (row < rows.rows) {
      std::memcpy(target, rows.source + row * rows.source_stride, bytes);
    } else {
      std::memset(target, 0, bytes);
    }
  }
}

void interleave(const RowInterleaving<Bf16Bits>& rows) {
  for (int64_t row = 0; row < rows.padded_rows; row += 2) {
    const Bf16Bits* first = rows.source + row * rows.source_stride;
    const Bf16Bits* second = first + rows.source_stride;
    Bf16Bits* target = rows.target + row * rows.columns;
    int64_t column = 0;
    if (row + 1 < rows.rows) {
      for (; column + kWidth <= rows.columns; column += kWidth) {
        Halves low, high;
        std::memcpy(&low, first + column, sizeof low);
        std::memcpy(&high, second + column, sizeof high);
        const Words pairs =
            __builtin_convertvector(low, Words) | (__builtin_convertvector(high, Words) << 16);
        std::memcpy(target + 2 * column, &pairs, sizeof pairs);
      }
    }
    for (; column < rows.columns; ++column) {
      target[2 * column] = row < rows.rows ? first[column] : 0;
      target[2 * column + 1] = row + 1 < rows.rows ? second[column] : 0;
    }
  }
}

// Swaps the off-diagonal quarters of squares of 2 s rows that two rows, s apart, are part of.
template <int64_t s, int... lane>
inline void swap_quarters(Words& upper, Words& lower, std::integer_sequence<int, lane...>) {
  const Words a = upper, b = lower;
  upper = __builtin_shufflevector(a, b, ((lane & s) != 0 ? kWidth + lane - s : lane)...);
  lower = __builtin_shufflevector(a, b, ((lane & s) != 0 ? kWidth + lane : lane + s)...);
}

// A square of words, transposed in log2(kWidth) rounds: round s swaps the off-diagonal quarters of
// every square of 2 s rows.
template <int64_t s = 1>
inline void transpose_square(Words (&rows)[kWidth]) {
#pragma GCC unroll 16
  for (int64_t row = 0; row < kWidth; ++row) {
    if ((row & s) != 0) continue;
    swap_quarters<s>(rows[row], rows[row + s], std::make_integer_sequence<int, kWidth>{});
  }
  if constexpr (2 * s < kWidth) transpose_square<2 * s>(rows);
}

inline Words words_of(const float* source, int64_t) {
  return reinterpret_cast<Words>(load(source));
}

// Words of two rows' bf16 numbers.
inline Words words_of(const Bf16Bits* source, int64_t stride) {
  Halves low, high;
  std::memcpy(&low, source, sizeof low);
  std::memcpy(&high, source + stride, sizeof high);
  return __builtin_convertvector(low, Words) | (__builtin_convertvector(high, Words) << 16);
}

template <typename Storage>
void transpose(const Transposition<Storage>& t) {
  constexpr int64_t kRowsPerWord = sizeof(uint32_t) / sizeof(Storage);
  constexpr int64_t kRows = kWidth * kRowsPerWord;
  for (int64_t row = 0; row < t.padded_rows; row += kRows) {
    int64_t column = 0;
    if (row + kRows <= t.rows) {
      for (; column + kWidth <= t.columns; column += kWidth) {
        Words square[kWidth];
        for (int64_t i = 0; i < kWidth; ++i) {
          square[i] = words_of(t.source + (row + i * kRowsPerWord) * t.source_stride + column,
                               t.source_stride);
        }
        transpose_square(square);
        for (int64_t i = 0; i < kWidth; ++i) {
          std::memcpy(t.target + (column + i) * t.target_stride + row, &square[i],
                      sizeof square[i]);
        }
      }
    }
    for (; column < t.columns; ++column) {
      for (int64_t i = row; i < row + kRows; ++i) {
        t.target[column * t.target_stride + i] =
            i < t.rows ? t.source[i * t.source_stride + column] : Storage{};
      }
    }
  }
}

}  // namespace
}  // namespace mnemo
