// The kernels that this machine gets, told by LibTorch's own look at the CPU. ctest runs these once
// more with mnemo and LibTorch held to AVX2.
#include "models/kernels/dispatch.h"

#include <ATen/cpu/Utils.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <string>

#include "models/kernels/cpu_features.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

bool cpu_has(std::initializer_list<const char*> names) {
  const auto capabilities = at::cpu::get_cpu_capabilities();
  return std::ranges::all_of(names,
                             [&](const char* name) { return capabilities.at(name).toBool(); });
}

// The variable that the test kernels_held_to_avx2 sets; others hold LibTorch to something else.
std::string held_to() {
  const char* value = std::getenv("ATEN_CPU_CAPABILITY");
  return value == nullptr ? "" : value;
}

TEST(KernelDispatch, TakesTheWidestInstructionSetThatTheCpuHas) {
  if (!held_to().empty()) GTEST_SKIP() << "ATEN_CPU_CAPABILITY holds it to another one";
#ifndef MNEMO_HAS_VECTOR_KERNELS
  GTEST_SKIP() << "this build has no kernels of mnemo's own";
#endif
  const auto* kernels = vector_kernels(KernelPath::automatic);
  const std::string found = kernels == nullptr ? "none" : kernels->name;
  const bool avx2 = cpu_has({"avx2", "fma3"});
  const bool avx512 = avx2 && cpu_has({"avx512_f", "avx512_bw", "avx512_dq", "avx512_vl"});
  EXPECT_EQ(found, avx512 ? "avx512" : (avx2 ? "avx2" : "none"));
}

TEST(KernelDispatch, AnLstmHasThemInEachTypeThatTheCpuMultiplies) {
#ifndef MNEMO_HAS_VECTOR_KERNELS
  GTEST_SKIP() << "this build has no kernels of mnemo's own";
#endif
  if (!at::hasMKLDNN()) GTEST_SKIP() << "this LibTorch has no batch-reduce GEMM";
  const auto* kernels = vector_kernels(KernelPath::automatic);
  EXPECT_EQ(lstm_kernels(KernelPath::automatic, at::kFloat), kernels);
  EXPECT_EQ(lstm_kernels(KernelPath::automatic, at::kBFloat16),
            cpu_multiplies_bf16() ? kernels : nullptr);
}

TEST(KernelDispatch, IsHeldToAvx2AndFp32AsLibTorchIs) {
#ifndef MNEMO_HAS_VECTOR_KERNELS
  GTEST_SKIP() << "this build has no kernels of mnemo's own";
#endif
  if (held_to() != "avx2") GTEST_SKIP() << "ctest runs this by kernels_held_to_avx2";
  if (!cpu_has({"avx2", "fma3"})) GTEST_SKIP() << "this machine has no AVX2";
  const auto* kernels = vector_kernels(KernelPath::automatic);
  ASSERT_NE(kernels, nullptr);
  EXPECT_EQ(std::string(kernels->name), "avx2");
  EXPECT_FALSE(cpu_multiplies_bf16());
  EXPECT_EQ(lstm_kernels(KernelPath::automatic, at::kBFloat16), nullptr);
}

}  // namespace
}  // namespace mnemo
