// Looking rows of a table up, and summing the gradients of those looked up, on vectors.
#pragma once

#include "models/kernels/random_mask.h"
#include "models/kernels/vector.h"

namespace mnemo {
namespace {

// The factor of the row at `place`: 1, 0 or the scale.
inline float row_factor(const RandomDrop& drop, int64_t place) {
  return dropped(drop, splat(1.0F), place)[0];
}

template <typename Storage>
void embed(const EmbeddingRows<Storage>& rows) {
  for (int64_t i = 0; i < rows.count; ++i) {
    const int64_t place = rows.first + i;
    const float factor = row_factor(rows.row, place);
    const float* source = rows.table + rows.ids[i] * rows.size;
    Storage* target = rows.target + i * rows.size;
    for (int64_t j = 0; j < rows.size; j += kWidth) {
      const Floats value = load_some(source + j, rows.size - j) * factor;
      store_some(target + j, dropped(rows.element, value, place * rows.size + j), rows.size - j);
    }
  }
}

template <typename Storage>
void embed_backward(const EmbeddingGradient<Storage>& rows) {
  std::memset(rows.target, 0, static_cast<size_t>(rows.size) * sizeof(float));
  for (int64_t i = 0; i < rows.count; ++i) {
    const int64_t place = rows.places[i];
    const float factor = row_factor(rows.row, place);
    if (factor == 0.0F) continue;
    const Storage* grad = rows.grad + place * rows.size;
    for (int64_t j = 0; j < rows.size; j += kWidth) {
      const int64_t left = rows.size - j;
      const Floats value =
          dropped(rows.element, load_some(grad + j, left), place * rows.size + j) * factor;
      store_some(rows.target + j, load_some(rows.target + j, left) + value, left);
    }
  }
}

}  // namespace
}  // namespace mnemo
