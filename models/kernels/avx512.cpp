#define MNEMO_VECTOR_FLOATS 16
#include "models/kernels/adam_step.h"
#include "models/kernels/embedding_rows.h"
#include "models/kernels/lstm_steps.h"
#include "models/kernels/matrix_layout.h"
#include "models/kernels/pool_sequence.h"
#include "models/kernels/random_mask.h"

namespace mnemo {

extern const VectorKernels kAvx512Kernels = {
    .name = "avx512",
    .lstm_forward_fp32 = forward<float>,
    .lstm_forward_bf16 = forward<Bf16Bits>,
    .lstm_backward_fp32 = backward<float>,
    .lstm_backward_bf16 = backward<Bf16Bits>,
    .interleave_fp32 = interleave,
    .interleave_bf16 = interleave,
    .transpose_fp32 = transpose<float>,
    .transpose_bf16 = transpose<Bf16Bits>,
    .mask_fp32 = mask<float>,
    .mask_bf16 = mask<Bf16Bits>,
    .embed_fp32 = embed<float>,
    .embed_bf16 = embed<Bf16Bits>,
    .embed_backward_fp32 = embed_backward<float>,
    .embed_backward_bf16 = embed_backward<Bf16Bits>,
    .adam = adam,
    .pool_fp32 = pool<float>,
    .pool_bf16 = pool<Bf16Bits>,
    .pool_backward_fp32 = pool_backward<float>,
    .pool_backward_bf16 = pool_backward<Bf16Bits>,
};

}  // namespace mnemo
