#define MNEMO_VECTOR_FLOATS 8
#include "models/kernels/kernel_table.h"

namespace mnemo {

extern const VectorKernels kAvx2Kernels = {
    .name = "avx2",
    .fp32 = kStorageKernels<float>,
    .bf16 = kStorageKernels<Bf16Bits>,
    .adam = adam,
};

}  // namespace mnemo
