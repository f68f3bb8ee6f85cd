#include "common/unzstd.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <iterator>
#include <sstream>
#include <string>

#include "common/input_stream.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

class Unzstd : public ::testing::Test {
 protected:
  Unzstd() : library_(dlopen("libzstd.so.1", RTLD_NOW)) {}
  ~Unzstd() override {
    if (library_ != nullptr) dlclose(library_);
  }
  void SetUp() override {
    if (library_ == nullptr) GTEST_SKIP() << "there is no libzstd.so.1 here";
  }

  std::string packed(const std::string& bytes) const {
    using Bound = size_t (*)(size_t);
    using Compress = size_t (*)(void*, size_t, const void*, size_t, int);
    const auto bound = reinterpret_cast<Bound>(dlsym(library_, "ZSTD_compressBound"));
    const auto compress = reinterpret_cast<Compress>(dlsym(library_, "ZSTD_compress"));
    std::string result(bound(bytes.size()), '\0');
    result.resize(compress(result.data(), result.size(), bytes.data(), bytes.size(), 1));
    return result;
  }
  static std::string unpacked(const std::string& bytes) {
    std::istringstream input(bytes);
    UnzstdBuffer buffer(input, "x.zst");
    return {std::istreambuf_iterator<char>(&buffer), {}};
  }

 private:
  void* library_;
};

// Larger than any buffer; partly packed well, so that little input gives much output.
std::string long_bytes() {
  std::string bytes(500'000, 'a');
  for (uint32_t i = 0, number = 1; i < 300'000; ++i) {
    number = number * 1664525U + 1013904223U;
    bytes += static_cast<char>(number >> 24);
  }
  return bytes;
}

TEST_F(Unzstd, GivesBackWhatWasPacked) {
  for (const std::string& bytes : {std::string(), std::string("a line\n"), long_bytes()}) {
    EXPECT_TRUE(is_zstd(packed(bytes)));
    EXPECT_EQ(unpacked(packed(bytes)), bytes);
  }
  EXPECT_EQ(unpacked(packed("one, ") + packed("two")), "one, two");
  EXPECT_FALSE(is_zstd("a line\n"));
}

TEST_F(Unzstd, AFileIsReadAsWhatItHolds) {
  const TestFolder folder;
  const auto input = InputStream::open(folder.write("a.csv.zst", packed("a line\nanother\n")));
  EXPECT_EQ(input->head(), "a line\nanother\n");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(*input), {}), "a line\nanother\n");
  EXPECT_EQ(format_ending("b/a.CSV.zst"), ".csv");
}

TEST_F(Unzstd, RefusesWhatIsCutOffOrDamaged) {
  const auto whole = packed("some text to pack, some text to pack, some text to pack");
  for (size_t size = 4; size < whole.size(); ++size) {
    EXPECT_TRUE(
        contains(message_of([&] { unpacked(whole.substr(0, size)); }), "x.zst: the zstd data"))
        << size;
  }
  EXPECT_TRUE(contains(message_of([&] { unpacked(whole + "rubbish"); }), "damaged"));
}

}  // namespace
}  // namespace mnemo
