#define MNEMO_VECTOR_FLOATS 16
#include "models/kernels/kernel_table.h"

namespace mnemo {

extern const VectorKernels kAvx512Kernels = {
    .name = "avx512",
    .fp32 = kStorageKernels<float>,
    .bf16 = kStorageKernels<Bf16Bits>,
    .adam = adam,
};

}  // namespace mnemo
