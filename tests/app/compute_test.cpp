#include "app/compute.h"

#include <gtest/gtest.h>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

TEST(Compute, ALibTorchWithoutCudaRefusesItInPlainWords) {
  if (at::hasCUDA()) GTEST_SKIP() << "this LibTorch has CUDA and sees a GPU";
  EXPECT_TRUE(contains(message_of([] { resolve_device(DeviceKind::cuda); }), "--device cpu"));
}

TEST(Compute, AutomaticPrecisionIsFp32ForCellsWithoutABf16Path) {
  EXPECT_EQ(resolve_precision(Precision::automatic, Cell::gru, at::kCPU), at::kFloat);
  EXPECT_EQ(resolve_precision(Precision::automatic, Cell::transformer, at::kCPU),
            resolve_precision(Precision::automatic, Cell::lstm, at::kCPU));
  EXPECT_EQ(resolve_precision(Precision::bf16, Cell::lstm, at::kCPU), at::kBFloat16);
  EXPECT_EQ(resolve_precision(Precision::fp32, Cell::lstm, at::kCPU), at::kFloat);
}

}  // namespace
}  // namespace mnemo
