#include "common/input_stream.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

std::string rest_of(InputStream& input) {
  return {std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
}

TEST(InputStream, GivesTheWholeFileAndItsFingerprintAfterALookAtItsHead) {
  const TestFolder folder;
  const std::string bytes = std::string(100'000, 'x') + "end";  // longer than the buffer
  std::ofstream(folder.path() / "data") << bytes;
  const auto input = InputStream::open(folder.path() / "data");
  EXPECT_TRUE(input->head().starts_with("xxxx"));
  EXPECT_EQ(rest_of(*input), bytes);
  EXPECT_EQ(input->sha256(), sha256_hex(bytes));
}

TEST(InputStream, ReadsAPipeOnce) {
  const TestFolder folder;
  const auto path = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path) << "la" << std::flush << "bel"; });
  const auto input = InputStream::open(path);
  EXPECT_EQ(input->head(), "label");
  EXPECT_EQ(rest_of(*input), "label");
  EXPECT_EQ(input->sha256(), sha256_hex("label"));
  writer.join();
}

TEST(InputStream, NamesWhatCannotBeRead) {
  const TestFolder folder;
  EXPECT_EQ(message_of([&] { InputStream::open(folder.path()); }),
            folder.path().string() + " is a folder where a file was expected");
  const std::string missing = folder.path() / "no";
  EXPECT_EQ(message_of([&] { InputStream::open(missing); }),
            "cannot read " + missing + ": No such file or directory");
  // It opens, and reading its first page fails.
  EXPECT_EQ(message_of([] { InputStream::open("/proc/self/mem"); }),
            "cannot read /proc/self/mem: Input/output error");
}

}  // namespace
}  // namespace mnemo
