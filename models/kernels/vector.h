// Vectors of MNEMO_VECTOR_FLOATS floats and functions of them. Each unit that includes this is
// compiled for one instruction set; everything here is local to the unit.
//
// exp after Cephes (Moshier): 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2]; tanh likewise, with
// a polynomial of its own near zero, where 1 - exp would cancel.
#pragma once

#include <cstdint>
#include <cstring>

#include "models/kernels/vector_kernels.h"

namespace mnemo {
namespace {

constexpr int64_t kWidth = MNEMO_VECTOR_FLOATS;
using Floats = float __attribute__((vector_size(kWidth * sizeof(float))));
using Ints = int32_t __attribute__((vector_size(kWidth * sizeof(int32_t))));
using Words = uint32_t __attribute__((vector_size(kWidth * sizeof(uint32_t))));
using Halves = uint16_t __attribute__((vector_size(kWidth * sizeof(uint16_t))));

inline Floats splat(float value) { return value - Floats{}; }

inline Floats load(const float* source) {
  Floats value;
  std::memcpy(&value, source, sizeof value);
  return value;
}

inline Floats load(const Bf16Bits* source) {
  Halves bits;
  std::memcpy(&bits, source, sizeof bits);
  return reinterpret_cast<Floats>(__builtin_convertvector(bits, Words) << 16);
}

inline Ints load(const int32_t* source) {
  Ints value;
  std::memcpy(&value, source, sizeof value);
  return value;
}

inline void store(int32_t* target, Ints value) { std::memcpy(target, &value, sizeof value); }

inline void store(float* target, Floats value) { std::memcpy(target, &value, sizeof value); }

inline void store(Bf16Bits* target, Floats value) {
  const Words bits = reinterpret_cast<Words>(value);
  const Words rounded = bits + 0x7FFF + ((bits >> 16) & 1);  // to nearest, ties to even
  const Words quiet_nan = Words{} + 0x7FC00000;
  const Words safe = reinterpret_cast<Ints>(value != value) ? quiet_nan : rounded;
  const Halves halves = __builtin_convertvector(safe >> 16, Halves);
  std::memcpy(target, &halves, sizeof halves);
}

// `count` numbers, fewer than a vector at the end of a row; the rest is zero.
template <typename Storage>
inline auto load_some(const Storage* source, int64_t count) {
  if (count >= kWidth) return load(source);
  Storage numbers[kWidth] = {};
  for (int64_t i = 0; i < count; ++i) numbers[i] = source[i];
  return load(numbers);
}

template <typename Storage, typename Vector>
inline void store_some(Storage* target, Vector value, int64_t count) {
  if (count >= kWidth) return store(target, value);
  Storage numbers[kWidth];
  store(numbers, value);
  for (int64_t i = 0; i < count; ++i) target[i] = numbers[i];
}

inline Floats exp(Floats x) {
  const Floats kMost = splat(88.0F), kLeast = splat(-87.0F);
  x = x > kMost ? kMost : x;  // a comparison with NaN is false: it passes
  x = x < kLeast ? kLeast : x;
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest whole number.
  const Floats kRound = splat(12582912.0F);
  const Floats n = (x * 1.44269504088896341F + kRound) - kRound;
  const Floats r = x - n * 0.693359375F - n * -2.12194440e-4F;
  Floats p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * (r * r) + r + 1.0F;
  const Ints power = (__builtin_convertvector(n, Ints) + 127) << 23;
  return p * reinterpret_cast<Floats>(power);
}

inline Floats sigmoid(Floats x) { return 1.0F / (1.0F + exp(-x)); }

inline Floats tanh(Floats x) {
  const Floats magnitude = x < 0.0F ? -x : x;
  const Floats e = exp(-2.0F * magnitude);
  const Floats far = (1.0F - e) / (1.0F + e);
  const Floats z = x * x;
  Floats p = z * -5.70498872745e-3F + 2.06390887954e-2F;
  p = p * z + -5.37397155531e-2F;
  p = p * z + 1.33314422036e-1F;
  p = p * z + -3.33332819422e-1F;
  const Floats near = p * z * x + x;
  return magnitude < 0.625F ? near : (x < 0.0F ? -far : far);
}

}  // namespace
}  // namespace mnemo
