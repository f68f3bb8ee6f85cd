#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/series/labelled_series.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;

std::string little_endian(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xFF);
  return text;
}

std::string deflated(std::string_view content) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  std::string packed(content.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

using Files = std::vector<std::pair<std::string, std::string>>;

// An archive as numpy.savez writes it, or numpy.savez_compressed.
std::string zip(const Files& files, bool compressed) {
  std::string archive, directory;
  for (const auto& [name, content] : files) {
    const std::string packed = compressed ? deflated(content) : content;
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
    const std::string common = little_endian(compressed ? 8 : 0, 2) + little_endian(0, 4) +
                               little_endian(crc, 4) + little_endian(packed.size(), 4) +
                               little_endian(content.size(), 4) + little_endian(name.size(), 2);
    directory += "PK\x01\x02" + little_endian(45, 2) + little_endian(45, 2) + little_endian(0, 2) +
                 common + little_endian(0, 2) + little_endian(0, 2) + little_endian(0, 2) +
                 little_endian(0, 2) + little_endian(0, 4) + little_endian(archive.size(), 4) +
                 name;
    archive += "PK\x03\x04" + little_endian(45, 2) + little_endian(0, 2) + common +
               little_endian(0, 2) + name + packed;
  }
  const size_t begin = archive.size();
  return archive + directory + "PK\x05\x06" + little_endian(0, 4) + little_endian(files.size(), 2) +
         little_endian(files.size(), 2) + little_endian(directory.size(), 4) +
         little_endian(begin, 4) + little_endian(0, 2);
}

std::string npy(std::string_view shape, std::string_view items) {
  const std::string header =
      fmt::format("{{'descr': '|i1', 'fortran_order': False, 'shape': {}, }}\n", shape);
  return std::string("\x93NUMPY\x01\x00", 8) + little_endian(header.size(), 2) + header +
         std::string(items);
}

const Files kFiles = {{"X.npy", npy("(2, 3)", "\x01\x02\x03\x04\x05\x06")},
                      {"y.npy", npy("(2,)", "\x07\x09")}};

TEST(SeriesNpz, ReadsStoredAndDeflatedArrays) {
  const TestFolder folder;
  for (const bool compressed : {false, true}) {
    const auto path = folder.write("x.npz", zip(kFiles, compressed));
    const auto series = read_labelled_series(path, {}, Targets::required);
    EXPECT_EQ(series.values, (std::vector<float>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 3, 6}));
    EXPECT_EQ(series.targets, (Strings{"7", "9"}));
  }
}

TEST(SeriesNpz, TakesTheArrayOfLabelsThatIsNamed) {
  const TestFolder folder;
  auto files = kFiles;
  files.emplace_back("ages.npy", npy("(2,)", "\x03\x04"));
  const auto path = folder.write("x.npz", zip(files, /*compressed=*/false));
  EXPECT_EQ(read_labelled_series(path, {.labels_file = "ages"}, Targets::required).targets,
            (Strings{"3", "4"}));
  EXPECT_TRUE(contains(
      message_of([&] { read_labelled_series(path, {.labels_file = "z"}, Targets::required); }),
      "no array \"z\"; name it with `labels`; its arrays are: \"X\", \"y\", \"ages\""));
}

TEST(SeriesNpz, NamesAFault) {
  const TestFolder folder;
  const auto error_of = [&](const std::string& bytes) {
    const auto path = folder.write("x.npz", bytes);
    return message_of([&] { read_labelled_series(path, {}, Targets::required); });
  };
  EXPECT_TRUE(contains(error_of("no archive"), "x.npz: it cannot be read as a zip archive"));
  EXPECT_TRUE(contains(error_of(zip({kFiles[1]}, /*compressed=*/false)),
                       "one array of values was expected"));
  EXPECT_TRUE(contains(error_of(zip({kFiles[0]}, /*compressed=*/false)),
                       "one array of targets was expected"));
  const std::string whole = zip(kFiles, /*compressed=*/true);
  std::string damaged = whole;
  damaged[60] = static_cast<char>(damaged[60] ^ 1);
  EXPECT_TRUE(contains(error_of(damaged), "\"X.npy\" in the zip archive is damaged"));
  EXPECT_TRUE(contains(error_of(whole.substr(20)), "cannot be read as a zip archive"));
}

}  // namespace
}  // namespace mnemo
