#include "common/gunzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <iterator>
#include <sstream>
#include <string>

#include "common/input_stream.h"
#include "common/sha256.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16, kMemory = 8;
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error("zlib cannot be started");
  }
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  std::string input = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string unpacked(const std::string& packed) {
  std::istringstream input(packed);
  GunzipBuffer buffer(input, "x.gz");
  return {std::istreambuf_iterator<char>(&buffer), {}};
}

// Larger than any buffer, and hardly packable.
std::string long_text() {
  std::string text;
  for (uint32_t i = 0, number = 1; i < 300'000; ++i) {
    number = number * 1664525U + 1013904223U;
    text += static_cast<char>(number >> 24);
  }
  return text;
}

TEST(Gunzip, GivesBackWhatWasPacked) {
  for (const std::string& text : {std::string(), std::string("a line\n"), long_text()}) {
    const auto packed = gzip(text);
    EXPECT_TRUE(is_gzip(packed));
    EXPECT_EQ(unpacked(packed), text);
  }
  EXPECT_FALSE(is_gzip("a line\n"));
}

TEST(Gunzip, AFileIsReadAsWhatItHolds) {
  const TestFolder folder;
  const std::string text = "a line\nanother\n" + long_text();
  const auto packed = gzip(text);
  const auto input = InputStream::open(folder.write("a.csv.gz", packed));
  EXPECT_TRUE(input->head().starts_with("a line\nanother\n"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(*input), {}), text);
  EXPECT_EQ(input->sha256(), sha256_hex(packed)) << "of the file";
  EXPECT_EQ(format_ending("b/a.CSV.gz"), ".csv");
  EXPECT_EQ(format_ending("b.gz/a.Ts"), ".ts");
  EXPECT_EQ(format_ending("a.gz"), "");
}

TEST(Gunzip, ReadsSeveralMembersAsOne) {
  EXPECT_EQ(unpacked(gzip("one, ") + gzip("") + gzip("two")), "one, two");
}

TEST(Gunzip, SkipsZerosBehindAMember) {
  EXPECT_EQ(unpacked(gzip("one, ") + std::string(200'000, '\0') + gzip("two") + '\0'), "one, two");
}

TEST(Gunzip, RefusesWhatIsCutOffAtAnyByte) {
  const auto packed = gzip("some text to pack");
  for (size_t size = 1; size < packed.size(); ++size) {
    EXPECT_TRUE(contains(message_of([&] { unpacked(packed.substr(0, size)); }),
                         "x.gz: the gzip data end before they are complete"))
        << size;
  }
}

TEST(Gunzip, RefusesWhatIsDamaged) {
  auto packed = gzip(long_text());
  packed[packed.size() - 6] ^= 1;  // of the checksum
  EXPECT_TRUE(contains(message_of([&] { unpacked(packed); }), "x.gz: the gzip data are damaged"));
  EXPECT_TRUE(contains(message_of([&] { unpacked(gzip("a") + "rubbish"); }), "damaged"));
}

}  // namespace
}  // namespace mnemo
