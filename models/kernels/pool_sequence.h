// Pooling one sequence of a packed batch, on vectors.
#pragma once

#include "models/kernels/vector.h"

namespace mnemo {
namespace {

inline float sum_of(Floats value) {
  float lanes[kWidth], sum = 0.0F;
  store(lanes, value);
  for (const float lane : lanes) sum += lane;
  return sum;
}

template <typename Storage>
inline float dot(const float* left, const Storage* right, int64_t size) {
  Floats sum = {};
  for (int64_t i = 0; i < size; i += kWidth) {
    sum += load_some(left + i, size - i) * load_some(right + i, size - i);
  }
  return sum_of(sum);
}

// target += factor * source
template <typename Storage>
inline void add_scaled(float* target, float factor, const Storage* source, int64_t size) {
  for (int64_t i = 0; i < size; i += kWidth) {
    const int64_t left = size - i;
    store_some(target + i, load_some(target + i, left) + factor * load_some(source + i, left),
               left);
  }
}

inline void softmax(float* scores, int64_t length) {
  float most = scores[0];
  for (int64_t t = 1; t < length; ++t) most = scores[t] > most ? scores[t] : most;
  float sum = 0.0F;
  for (int64_t t = 0; t < length; t += kWidth) {
    const int64_t left = length - t;
    store_some(scores + t, exp(load_some(scores + t, left) - most), left);
    for (int64_t i = t; i < t + kWidth && i < length; ++i) sum += scores[i];
  }
  for (int64_t t = 0; t < length; ++t) scores[t] /= sum;
}

template <typename Storage>
inline const Storage* row_of(const SequencePool<Storage>& p, int64_t t) {
  return p.values + (p.offsets[t] + p.sequence) * p.size;
}

template <typename Storage>
void take_maximum(const SequencePool<Storage>& p, const Storage* row, int64_t t) {
  for (int64_t i = 0; i < p.size; i += kWidth) {
    const int64_t left = p.size - i;
    const Floats value = load_some(row + i, left), most = load_some(p.max + i, left);
    // A NaN wins, and stays: all comparisons with it are false.
    const Ints larger = t == 0 ? ~Ints{} : (~(value <= most) & (most == most));
    const Ints step = load_some(p.max_step + i, left);
    store_some(p.max + i, larger ? value : most, left);
    store_some(p.max_step + i, larger ? Ints{} + static_cast<int32_t>(t) : step, left);
  }
}

template <typename Storage>
void pool(const SequencePool<Storage>& p) {
  const size_t bytes = static_cast<size_t>(p.size) * sizeof(float);
  if (p.mean != nullptr) std::memset(p.mean, 0, bytes);
  for (int64_t t = 0; t < p.length; ++t) {
    const Storage* row = row_of(p, t);
    for (int64_t head = 0; head < p.heads; ++head) {
      p.weights[head * p.weights_stride + t] = dot(p.query + head * p.size, row, p.size);
    }
    if (p.mean != nullptr) add_scaled(p.mean, 1.0F / static_cast<float>(p.length), row, p.size);
    if (p.max != nullptr) take_maximum(p, row, t);
  }
  if (p.heads == 0) return;
  for (int64_t head = 0; head < p.heads; ++head) {
    softmax(p.weights + head * p.weights_stride, p.length);
    std::memset(p.attended + head * p.size, 0, bytes);
  }
  for (int64_t t = 0; t < p.length; ++t) {
    for (int64_t head = 0; head < p.heads; ++head) {
      add_scaled(p.attended + head * p.size, p.weights[head * p.weights_stride + t], row_of(p, t),
                 p.size);
    }
  }
}

// The gradient of each score: the softmax's weight times what its product's gradient exceeds the
// weighted mean by.
template <typename Storage>
void score_gradients(const SequencePoolBackward<Storage>& b, float* grad_scores) {
  const auto& p = b.forward;
  for (int64_t t = 0; t < p.length; ++t) {
    for (int64_t head = 0; head < p.heads; ++head) {
      grad_scores[head * p.length + t] = dot(b.grad_attended + head * p.size, row_of(p, t), p.size);
    }
  }
  for (int64_t head = 0; head < p.heads; ++head) {
    float* grads = grad_scores + head * p.length;
    const float* weights = p.weights + head * p.weights_stride;
    float mean = 0.0F;
    for (int64_t t = 0; t < p.length; ++t) mean += weights[t] * grads[t];
    for (int64_t t = 0; t < p.length; ++t) grads[t] = weights[t] * (grads[t] - mean);
  }
}

template <typename Storage>
void pool_backward(const SequencePoolBackward<Storage>& b) {
  const auto& p = b.forward;
  float* grad_scores = b.scratch;
  float* grad_row = b.scratch + p.heads * p.length;
  const size_t bytes = static_cast<size_t>(p.size) * sizeof(float);
  score_gradients(b, grad_scores);
  if (p.heads > 0) std::memset(b.grad_query, 0, static_cast<size_t>(p.heads) * bytes);
  for (int64_t t = 0; t < p.length; ++t) {
    std::memset(grad_row, 0, bytes);
    for (int64_t head = 0; head < p.heads; ++head) {
      const float grad_score = grad_scores[head * p.length + t];
      add_scaled(grad_row, p.weights[head * p.weights_stride + t], b.grad_attended + head * p.size,
                 p.size);
      add_scaled(grad_row, grad_score, p.query + head * p.size, p.size);
      add_scaled(b.grad_query + head * p.size, grad_score, row_of(p, t), p.size);
    }
    if (b.grad_mean != nullptr) {
      add_scaled(grad_row, 1.0F / static_cast<float>(p.length), b.grad_mean, p.size);
    }
    if (b.grad_max != nullptr) {
      for (int64_t i = 0; i < p.size; ++i) {
        grad_row[i] += p.max_step[i] == t ? b.grad_max[i] : 0.0F;
      }
    }
    Storage* target = b.grad_values + (p.offsets[t] + p.sequence) * p.size;
    for (int64_t i = 0; i < p.size; i += kWidth) {
      store_some(target + i, load_some(grad_row + i, p.size - i), p.size - i);
    }
  }
}

}  // namespace
}  // namespace mnemo
