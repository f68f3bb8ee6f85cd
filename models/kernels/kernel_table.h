// All kernels of one instruction set: of the one that the including unit is compiled for.
#pragma once

#include "models/kernels/adam_step.h"
#include "models/kernels/embedding_rows.h"
#include "models/kernels/lstm_steps.h"
#include "models/kernels/matrix_layout.h"
#include "models/kernels/pool_sequence.h"
#include "models/kernels/random_mask.h"

namespace mnemo {
namespace {

template <typename Storage>
constexpr StorageKernels<Storage> kStorageKernels = {
    .lstm_forward = forward<Storage>,
    .lstm_backward = backward<Storage>,
    .interleave = interleave,
    .transpose = transpose<Storage>,
    .mask = mask<Storage>,
    .embed = embed<Storage>,
    .embed_backward = embed_backward<Storage>,
    .pool = pool<Storage>,
    .pool_backward = pool_backward<Storage>,
};

}  // namespace
}  // namespace mnemo
