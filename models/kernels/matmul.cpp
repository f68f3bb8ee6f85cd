#include "models/kernels/matmul.h"

#include <ATen/Context.h>

#ifdef MNEMO_HAS_VECTOR_KERNELS
#include <ATen/native/CPUBlas.h>
#endif

#include <exception>
#include <vector>

#include "models/kernels/cpu_features.h"
#include "models/kernels/pointers.h"
#include "models/parallel.h"

namespace mnemo {
namespace {

#ifdef MNEMO_HAS_VECTOR_KERNELS

// The interface does not tell what it can do, and fails in several ways. So ask it for a product.
template <typename Storage, typename Number>
bool multiplies(Number one) {
  constexpr int64_t kSize = 16;
  const std::vector<Number> ones(kSize * kSize, one);
  std::vector<float> result(kSize * kSize, 0.0F);
  try {
    block_matmul(kSize, kSize, kSize, reinterpret_cast<const Storage*>(ones.data()), kSize,
                 reinterpret_cast<const Storage*>(ones.data()), result.data(), kSize, Sum::replace);
    end_block_matmul();
  } catch (const std::exception&) {
    return false;
  }
  return std::ranges::all_of(result, [](float sum) { return sum == kSize; });
}

#endif

template <typename Storage>
void fill_panels(const at::Tensor& matrix, const VectorKernels& kernels, PanelMatrix& result) {
  const auto* source = static_cast<const Storage*>(matrix.const_data_ptr());
  for_each_range_on_threads(result.panels(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; ++index) {
      kernels_for<Storage>(kernels).interleave(
          {.source = source + index * result.panel_columns,
           .source_stride = result.columns,
           .rows = matrix.size(0),
           .columns = result.width(index),
           .target = const_cast<Storage*>(result.panel<Storage>(index)),
           .padded_rows = result.rows});
    }
  });
}

}  // namespace

#ifdef MNEMO_HAS_VECTOR_KERNELS

bool has_block_matmul(at::ScalarType type) {
  if (!at::globalContext().userEnabledMkldnn()) return false;
  if (type == at::kFloat) {
    static const bool fp32 = multiplies<float>(1.0F);
    return fp32;
  }
  if (type == at::kBFloat16 && cpu_multiplies_bf16()) {
    static const bool bf16 = multiplies<Bf16Bits>(at::BFloat16(1.0F));
    return bf16;
  }
  return false;
}

void block_matmul(int64_t m, int64_t n, int64_t k, const float* left, int64_t left_stride,
                  const float* right, float* result, int64_t result_stride, Sum sum) {
  at::native::cpublas::brgemm(m, n, k, left_stride, n, result_stride, sum == Sum::add, left, right,
                              result, /*is_vnni=*/false);
}

void block_matmul(int64_t m, int64_t n, int64_t k, const Bf16Bits* left, int64_t left_stride,
                  const Bf16Bits* right, float* result, int64_t result_stride, Sum sum) {
  at::native::cpublas::brgemm(m, n, k, left_stride, n, result_stride, sum == Sum::add,
                              reinterpret_cast<const at::BFloat16*>(left),
                              reinterpret_cast<const at::BFloat16*>(right), result,
                              /*is_vnni=*/true);
}

void end_block_matmul() { at::native::cpublas::brgemm_release(); }

#else

bool has_block_matmul(at::ScalarType) { return false; }

void block_matmul(int64_t, int64_t, int64_t, const float*, int64_t, const float*, float*, int64_t,
                  Sum) {
  TORCH_INTERNAL_ASSERT(false, "this LibTorch has no brgemm");
}
void block_matmul(int64_t, int64_t, int64_t, const Bf16Bits*, int64_t, const Bf16Bits*, float*,
                  int64_t, Sum) {
  TORCH_INTERNAL_ASSERT(false, "this LibTorch has no brgemm");
}
void end_block_matmul() {}

#endif

PanelMatrix PanelMatrix::of(const at::Tensor& matrix, int64_t panel_columns,
                            const VectorKernels& kernels) {
  const int64_t rows = (matrix.size(0) + 1) / 2 * 2;
  PanelMatrix result{.rows = rows,
                     .columns = matrix.size(1),
                     .panel_columns = panel_columns,
                     .storage = at::empty({rows * matrix.size(1)}, matrix.options())};
  const auto contiguous = matrix.contiguous();
  with_storage(matrix.scalar_type(), [&]<typename Storage>(Storage) {
    fill_panels<Storage>(contiguous, kernels, result);
  });
  return result;
}

}  // namespace mnemo
