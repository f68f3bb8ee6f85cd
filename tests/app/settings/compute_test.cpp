#include "app/settings/compute.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "app/settings/cuda_library.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

TEST(Compute, WithoutAGpuCudaIsRefusedInPlainWords) {
  try {
    resolve_device(DeviceKind::cuda);
  } catch (const Error& error) {
    EXPECT_TRUE(contains(error.what(), "`device` cpu")) << error.what();
    return;
  }
  GTEST_SKIP() << "this LibTorch has CUDA and sees a GPU";
}

TEST(Compute, TheCudaPartIsLookedForBesideLibTorchItself) {
  const std::string why = load_cuda_library();
  if (why.empty()) GTEST_SKIP() << "this LibTorch has a CUDA part";
  if (contains(why, "could not be loaded")) {
    EXPECT_TRUE(contains(why, ".so")) << why << ": it should name the library that is missing";
    return;
  }
  const auto begin = why.find('/'), end = why.find(" is a CPU build");
  ASSERT_NE(end, std::string::npos) << why;
  EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(why.substr(begin, end - begin)) /
                                      "libtorch_cpu.so"))
      << why;
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
