#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "datasets/series/labelled_series.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"
#include "tests/common/zip_writer.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;

std::string npy(std::string_view shape, std::string_view items) {
  const std::string header =
      fmt::format("{{'descr': '|i1', 'fortran_order': False, 'shape': {}, }}\n", shape);
  return std::string("\x93NUMPY\x01\x00", 8) + little_endian(header.size(), 2) + header +
         std::string(items);
}

const ZippedFiles kFiles = {{"X.npy", npy("(2, 3)", "\x01\x02\x03\x04\x05\x06")},
                            {"y.npy", npy("(2,)", "\x07\x09")}};

TEST(SeriesNpz, ReadsStoredAndDeflatedArrays) {
  const TestFolder folder;
  for (const bool compressed : {false, true}) {
    const auto path = folder.write("x.npz", zip(kFiles, {.is_packed = compressed}));
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
  const auto path = folder.write("x.npz", zip(files));
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
  EXPECT_TRUE(contains(error_of(zip({kFiles[1]})), "one array of values was expected"));
  EXPECT_TRUE(contains(error_of(zip({kFiles[0]})), "one array of targets was expected"));
  const std::string whole = zip(kFiles, {.is_packed = true});
  std::string damaged = whole;
  damaged[60] = static_cast<char>(damaged[60] ^ 1);
  EXPECT_TRUE(contains(error_of(damaged), "\"X.npy\" in the zip archive is damaged"));
  EXPECT_TRUE(contains(error_of(whole.substr(20)), "cannot be read as a zip archive"));
}

}  // namespace
}  // namespace mnemo
