#include "models/safetensors.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "mnemo/error.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

NamedTensors sample() {
  return {{"a.weight", at::randn({2, 3}, test_generator())},
          {"b", at::tensor({7, -1}, at::kLong)},
          {"empty", at::zeros({0, 4})},
          {"half", at::ones({3}).to(at::kBFloat16)},
          {"scalar", at::tensor(2.5, at::kDouble)}};
}

TEST(Safetensors, ReadsBackWhatItWrote) {
  const auto tensors = sample();
  const auto read = from_safetensors(to_safetensors(tensors), "x");
  ASSERT_EQ(read.size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    EXPECT_EQ(read.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(at::equal(read.at(name), tensor)) << name;
  }
}

TEST(Safetensors, RefusesEveryTruncation) {
  const std::string bytes = to_safetensors(sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(from_safetensors(bytes.substr(0, size), "w.safetensors"), Error) << size;
  }
}

TEST(Safetensors, ADamagedHeaderNeverDoesWorseThanAnError) {
  const std::string bytes = to_safetensors(sample());
  for (size_t i = 0; i < 400 && i < bytes.size(); ++i) {
    for (const int flip : {1, 16, 128}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      try {
        from_safetensors(damaged, "w.safetensors");
      } catch (const Error&) {
        // either a readable file of other numbers, or this
      }
    }
  }
}

TEST(Safetensors, NamesEveryTensorThatDoesNotFitAndChangesNothing) {
  torch::nn::Linear linear(3, 2);
  const auto before = linear->weight.detach().clone();
  const auto message = message_of([&] {
    load_tensors(*linear, {{"weight", at::zeros({2, 4})}, {"stray", at::zeros({1})}}, "w");
  });
  EXPECT_NE(message.find("missing bias"), std::string::npos) << message;
  EXPECT_NE(message.find("weight has shape (2, 4), expected (2, 3)"), std::string::npos) << message;
  EXPECT_NE(message.find("unexpected stray"), std::string::npos) << message;
  EXPECT_TRUE(at::equal(linear->weight, before));
}

}  // namespace
}  // namespace mnemo
