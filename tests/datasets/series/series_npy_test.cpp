#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "common/sha256.h"
#include "datasets/series/labelled_series.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;
using Floats = std::vector<float>;

// Little-endian bytes.
template <typename Item>
std::string bytes_of(const std::vector<Item>& items) {
  std::string bytes;
  for (const Item item : items) {
    auto raw = std::bit_cast<std::array<char, sizeof(Item)>>(item);
    if (std::endian::native == std::endian::big) std::ranges::reverse(raw);
    bytes.append(raw.data(), raw.size());
  }
  return bytes;
}

template <typename Item>
std::string big_endian_bytes_of(std::vector<Item> items) {
  std::ranges::reverse(items);
  std::string bytes = bytes_of(items);
  std::ranges::reverse(bytes);
  return bytes;
}

// A whole file, whose header's size takes `size_bytes` bytes.
std::string npy_of_header(std::string_view header, std::string_view items, char version = 1) {
  std::string file = std::string("\x93NUMPY") + version + '\0';
  const size_t size_bytes = version == 1 ? 2 : 4;
  for (size_t i = 0; i < size_bytes; ++i) {
    file += static_cast<char>(header.size() >> 8 * i & 0xFF);
  }
  return file.append(header).append(items);
}

std::string npy(std::string_view type, std::string_view shape, std::string_view items,
                bool fortran_order = false) {
  const std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}    \n", type,
                  fortran_order ? "True" : "False", shape);
  return npy_of_header(header, items);
}

class NpyReader : public ::testing::Test {
 protected:
  LabelledSeries read(std::string_view values) const {
    return read_labelled_series(folder_.write("x.npy", values), options_, Targets::ignored);
  }

  LabelledSeries read_labelled(std::string_view values, std::string_view labels) {
    options_.labels_file = folder_.write("y.npy", labels).string();
    return read_labelled_series(folder_.write("x.npy", values), options_, Targets::required);
  }

  // Reads as many series of one value as there are labels.
  Strings labels_of(int series, std::string_view labels) {
    const std::string values(static_cast<size_t>(series), '\0');
    return read_labelled(npy("|u1", fmt::format("({}, 1)", series), values), labels).targets;
  }

  std::string error_of(std::string_view values) const {
    return message_of([&] { read(values); });
  }

  std::string label_error_of(int series, std::string_view labels) {
    return message_of([&] { labels_of(series, labels); });
  }

  SeriesReaderOptions options_;

 private:
  TestFolder folder_;
};

TEST_F(NpyReader, ReadsSeriesStepsAndFeatures) {
  const std::string bytes =
      npy("<f4", "(2, 3, 2)", bytes_of<float>({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  const LabelledSeries series = read(bytes);
  EXPECT_EQ(series.values, (Floats{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 3, 6}));
  EXPECT_EQ(series.features, (Strings{"1", "2"}));
  EXPECT_EQ(series.ids, (Strings{"1", "2"}));
  EXPECT_EQ(series.targets_per_series, 0);
  EXPECT_EQ(series.sha256, sha256_hex(bytes));
}

TEST_F(NpyReader, TakesTwoDimensionsAsOneFeature) {
  const LabelledSeries series = read(npy("<f8", "(2, 2)", bytes_of<double>({1, 2, 3, 4})));
  EXPECT_EQ(series.values, (Floats{1, 2, 3, 4}));
  EXPECT_EQ(series.offsets, (std::vector<int64_t>{0, 2, 4}));
  EXPECT_EQ(series.features, Strings{"1"});
}

TEST_F(NpyReader, ReadsFortranOrder) {
  const std::string items = bytes_of<int8_t>({0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121});
  EXPECT_EQ(read(npy("|i1", "(2, 3, 2)", items, /*fortran_order=*/true)).values,
            (Floats{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121}));
  const std::string labels = npy("|S1", "(2, 2)", "adbe", /*fortran_order=*/true);
  EXPECT_EQ(read_labelled(npy("|u1", "(2, 1)", "12"), labels).targets,
            (Strings{"a", "b", "d", "e"}));
}

TEST_F(NpyReader, ReadsEveryTypeOfNumber) {
  const auto values_of = [&](std::string_view type, const std::string& items) {
    return read(npy(type, "(1, 2)", items)).values;
  };
  EXPECT_EQ(values_of("<f4", bytes_of<float>({1.5F, -2})), (Floats{1.5F, -2}));
  EXPECT_EQ(values_of(">f4", big_endian_bytes_of<float>({1.5F, -2})), (Floats{1.5F, -2}));
  EXPECT_EQ(values_of(">f8", big_endian_bytes_of<double>({1.5, -2})), (Floats{1.5F, -2}));
  EXPECT_EQ(values_of("|i1", bytes_of<int8_t>({-128, 127})), (Floats{-128, 127}));
  EXPECT_EQ(values_of("<i2", bytes_of<int16_t>({-300, 300})), (Floats{-300, 300}));
  EXPECT_EQ(values_of(">i2", big_endian_bytes_of<int16_t>({-300, 300})), (Floats{-300, 300}));
  EXPECT_EQ(values_of("<i4", bytes_of<int32_t>({-70000, 7})), (Floats{-70000, 7}));
  EXPECT_EQ(values_of("<i8", bytes_of<int64_t>({-(int64_t{1} << 40), 7})), (Floats{-0x1p40F, 7}));
  EXPECT_EQ(values_of("|u1", bytes_of<uint8_t>({200, 0})), (Floats{200, 0}));
  EXPECT_EQ(values_of("<u2", bytes_of<uint16_t>({60000, 1})), (Floats{60000, 1}));
  EXPECT_EQ(values_of("<u4", bytes_of<uint32_t>({1U << 31U, 1})), (Floats{0x1p31F, 1}));
  EXPECT_EQ(values_of("<u8", bytes_of<uint64_t>({uint64_t{1} << 63U, 1})), (Floats{0x1p63F, 1}));
  EXPECT_EQ(values_of("|b1", bytes_of<uint8_t>({1, 0})), (Floats{1, 0}));
  EXPECT_EQ(values_of("<f2", bytes_of<uint16_t>({0xBE00, 0x7BFF})), (Floats{-1.5F, 65504}));
  EXPECT_EQ(values_of(">f2", big_endian_bytes_of<uint16_t>({0x0001, 0x8400})),
            (Floats{0x1p-24F, -0x1p-14F}));
}

TEST_F(NpyReader, ReadsItemsByTheHundredThousand) {
  std::vector<int32_t> items(200000);
  for (size_t i = 0; i < items.size(); ++i) items[i] = static_cast<int32_t>(i);
  const Floats values = read(npy("<i4", "(2, 100000)", bytes_of(items))).values;
  EXPECT_TRUE(std::ranges::equal(values, items));
}

TEST_F(NpyReader, ReadsAllVersionsOfTheHeader) {
  // Keys in another order, other quotation marks, Python 2's long integers, no last comma.
  constexpr std::string_view kHeader =
      "{\"shape\":(1L,2L),'descr':\"|u1\" ,'fortran_order':False}\n";
  for (const char version : {'\1', '\2', '\3'}) {
    EXPECT_EQ(read(npy_of_header(kHeader, "\x07\x08", version)).values, (Floats{7, 8}));
  }
  EXPECT_TRUE(contains(error_of(npy_of_header(kHeader, "\x07\x08", '\4')),
                       "x.npy: format version 4.0 is not read"));
}

TEST_F(NpyReader, TakesNanAsMissingAndRefusesInfinity) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::string holes = npy("<f8", "(2, 3, 1)", bytes_of<double>({1, 2, 3, 4, nan, 6}));
  EXPECT_TRUE(contains(error_of(holes), "x.npy: 1 missing value ([1, 1, 0])"));
  options_.missing = MissingSteps::interpolate;
  EXPECT_EQ(read(holes).values, (Floats{1, 2, 3, 4, 5, 6}));

  const auto error_at_fourth = [&](double value, std::string_view shape, bool fortran_order) {
    const std::string items = bytes_of<double>({0, 0, 0, value, 0, 0});
    return error_of(npy("<f8", shape, items, fortran_order));
  };
  EXPECT_TRUE(contains(error_at_fourth(-HUGE_VAL, "(1, 2, 3)", /*fortran_order=*/false),
                       "x.npy: the item at [0, 1, 0] (-inf) is infinite"));
  EXPECT_TRUE(contains(error_at_fourth(1e39, "(2, 3)", /*fortran_order=*/true),
                       "x.npy: the item at [1, 1] (1e+39) is larger than a 32-bit number"));
  const std::string infinite_half = npy("<f2", "(1, 1)", bytes_of<uint16_t>({0x7C00}));
  EXPECT_TRUE(contains(error_of(infinite_half), "(inf) is infinite"));
}

TEST_F(NpyReader, ReadsLabelsAsTheyAreWritten) {
  EXPECT_EQ(labels_of(2, npy("<i8", "(2,)", bytes_of<int64_t>({-(int64_t{1} << 62), 3}))),
            (Strings{"-4611686018427387904", "3"}));
  EXPECT_EQ(labels_of(2, npy("|u1", "(2,)", bytes_of<uint8_t>({65, 7}))), (Strings{"65", "7"}));
  EXPECT_EQ(labels_of(2, npy("|b1", "(2,)", bytes_of<uint8_t>({1, 0}))),
            (Strings{"True", "False"}));
  EXPECT_EQ(labels_of(2, npy("<f4", "(2,)", bytes_of<float>({3, 0.1F}))), (Strings{"3", "0.1"}));
  EXPECT_EQ(labels_of(1, npy("<f2", "(1,)", bytes_of<uint16_t>({0xBE00}))), Strings{"-1.5"});
  EXPECT_EQ(labels_of(2, npy("|S3", "(2,)", std::string_view("up\0low", 6))),
            (Strings{"up", "low"}));
  EXPECT_EQ(labels_of(2, npy("<U2", "(2,)", bytes_of<char32_t>({U'a', 0, U'\u00E9', U'\u732B'}))),
            (Strings{"a", "\u00E9\u732B"}));
  EXPECT_EQ(labels_of(1, npy(">U2", "(1,)", big_endian_bytes_of<char32_t>({U'a', U'b'}))),
            Strings{"ab"});
}

TEST_F(NpyReader, ReadsSeveralTargetsASeries) {
  const LabelledSeries series = read_labelled(
      npy("|u1", "(2, 1)", "12"), npy("<i2", "(2, 2)", bytes_of<int16_t>({1, 2, 3, 4})));
  EXPECT_EQ(series.targets_per_series, 2);
  EXPECT_EQ(series.targets, (Strings{"1", "2", "3", "4"}));
}

TEST_F(NpyReader, RequiresATargetForEachSeries) {
  EXPECT_TRUE(contains(label_error_of(2, npy("|u1", "(3,)", "123")), "x.npy holds 2 series"));
  EXPECT_TRUE(contains(label_error_of(2, npy("|u1", "(3,)", "123")), "y.npy targets for 3;"));
  EXPECT_TRUE(contains(label_error_of(1, npy("|u1", "()", "1")),
                       "y.npy: an array of shape () where (series) or"));
  EXPECT_TRUE(contains(label_error_of(1, npy("|u1", "(1, 1, 1)", "1")),
                       "y.npy: an array of shape (1, 1, 1) where (series) or"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(contains(label_error_of(2, npy("<f8", "(2,)", bytes_of<double>({1, nan}))),
                       "y.npy: the item at [1] is nan, where a label"));
  EXPECT_TRUE(contains(label_error_of(2, npy("|S1", "(2,)", std::string_view("a\0", 2))),
                       "y.npy: the item at [1] is empty"));
  EXPECT_TRUE(contains(label_error_of(1, npy("|S1", "(1,)", "\xE9")),
                       "y.npy: the item at [0] (\"\xEF\xBF\xBD\") is not valid UTF-8"));
  EXPECT_TRUE(contains(label_error_of(1, npy("<U1", "(1,)", bytes_of<uint32_t>({0x110000}))),
                       "y.npy: the item at [0] holds 0x110000, which is no character"));
}

TEST_F(NpyReader, AsksForTheLabelsFile) {
  const TestFolder folder;
  const auto path = folder.write("x.npy", npy("|u1", "(1, 1)", "1"));
  EXPECT_THROW(read_labelled_series(path, {}, Targets::required), UsageError);
}

TEST_F(NpyReader, RefusesWhatIsNoArrayOfSeries) {
  EXPECT_TRUE(contains(error_of(npy("|O", "(1, 1)", "xxxxxxxx")), "items are Python objects"));
  EXPECT_TRUE(
      contains(error_of(npy("<c8", "(1, 1)", "xxxxxxxx")), "items of type \"<c8\" are not"));
  EXPECT_TRUE(contains(error_of(npy("<f16", "(1, 1)", "x")), "items of type \"<f16\" are not"));
  EXPECT_TRUE(
      contains(error_of(npy("<M8[ns]", "(1, 1)", "xxxxxxxx")), "items of type \"<M8[ns]\""));
  EXPECT_TRUE(contains(error_of(npy("<U4294967297", "(1, 1)", "x")), "items of type"));
  EXPECT_TRUE(contains(error_of(npy("|S0", "(1, 1)", "")), "items of type \"|S0\" are not read"));
  EXPECT_TRUE(contains(error_of(npy("", "(1, 1)", "x")), "items of type \"\" are not read"));
  EXPECT_TRUE(
      contains(error_of(npy_of_header(
                   "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1)}", "xxxx")),
               "x.npy: the items are records of several fields"));
  EXPECT_TRUE(contains(error_of(npy("|S1", "(1, 1)", "1")), "the array holds text"));
  EXPECT_TRUE(contains(error_of(npy("|u1", "(2,)", "12")), "an array of shape (2,) where"));
  EXPECT_TRUE(contains(error_of(npy("|u1", "(1, 1, 1, 1)", "1")), "shape (1, 1, 1, 1) where"));
  EXPECT_TRUE(contains(error_of(npy("|u1", "(0, 3)", "")), "of shape (0, 3) has no items"));
}

TEST_F(NpyReader, RefusesDamagedFiles) {
  const std::string file = npy("<f8", "(2, 2)", bytes_of<double>({1, 2, 3, 4}));
  EXPECT_TRUE(contains(error_of(""), "x.npy is empty"));
  EXPECT_TRUE(contains(error_of("1,2\n3,4\n"), "x.npy is no NumPy array"));
  EXPECT_TRUE(contains(error_of("PK\3\4....."), "x.npy is an archive of arrays (.npz)"));
  EXPECT_TRUE(contains(error_of(file.substr(0, 7)), "the file ends within its header"));
  EXPECT_TRUE(contains(error_of(file.substr(0, 30)), "the file ends within its header"));
  EXPECT_TRUE(contains(error_of(file.substr(0, file.size() - 1)),
                       "the file ends before the last item of an array of shape (2, 2)"));
  EXPECT_TRUE(contains(error_of(file + '\0'), "bytes follow the array of shape (2, 2)"));
  EXPECT_TRUE(contains(error_of(std::string("\x93NUMPY\2\0\xFF\xFF\xFF\xFF", 12)),
                       "a header of 4294967295 bytes was announced"));
}

TEST_F(NpyReader, RefusesADamagedHeader) {
  for (const std::string_view header :
       {"", "{", "{}", "x", "{'descr': '|u1', 'fortran_order': False}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1)} x",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1)",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, -1)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1.5)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 99999999999999999999)}",
        "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (1, 1)}",
        "{'descr': 7, 'fortran_order': False, 'shape': (1, 1)}",
        "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1, 1)}",
        "{'descr': '|u1', 'other': '|u1', 'fortran_order': False, 'shape': (1, 1)}"}) {
    EXPECT_TRUE(contains(error_of(npy_of_header(header, "1")), "x.npy: the header is damaged at"))
        << header;
  }
}

// A header may announce more than there is memory for.
TEST_F(NpyReader, RefusesSizesThatTheFileDoesNotHave) {
  EXPECT_TRUE(contains(error_of(npy("<f8", "(4294967296, 4294967296)", "x")),
                       "(4294967296, 4294967296) is larger than any file"));
  EXPECT_TRUE(contains(error_of(npy("<f8", "(1000000, 1000000)", "x")), "the file ends before"));
  EXPECT_TRUE(contains(error_of(npy("<f8", "(1000000, 1000000)", "x", /*fortran_order=*/true)),
                       "the file ends before"));
  EXPECT_TRUE(contains(label_error_of(1, npy("|S4000000000", "(1,)", "x")),
                       "y.npy: the file ends before the last item"));
}

}  // namespace
}  // namespace mnemo
