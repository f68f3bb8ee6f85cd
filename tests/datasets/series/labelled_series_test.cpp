#include "datasets/series/labelled_series.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;

const std::string kTs = "@classLabel true\n@data\n1,2:a\n3:b\n";
const std::string kCsv = "id,label,x\n1,a,1\n1,a,2\n2,b,3\n";
// One series of two steps: int8, whose header needs no padding to be read.
const std::string kNpy = std::string("\x93NUMPY\x01\x00\x3A\x00", 10) +
                         "{'descr': '|i1', 'fortran_order': False, 'shape': (1, 2)}\n\x01\x02";

TEST(LabelledSeries, TellsTheFormatByTheName) {
  const TestFolder folder;
  for (const std::string name : {"a.ts", "a.TS"}) {
    const auto series = read_labelled_series(folder.write(name, kTs), {}, Targets::required);
    EXPECT_EQ(series.targets, (Strings{"a", "b"}));
  }
  const auto csv = read_labelled_series(folder.write("a.csv", kCsv), {}, Targets::required);
  EXPECT_EQ(csv.features, Strings{"x"});
  const auto tsv =
      read_labelled_series(folder.write("a.tsv", "id\tx\n1\t2\n"), {}, Targets::ignored);
  EXPECT_EQ(tsv.features, Strings{"x"});
  const auto npy = read_labelled_series(folder.write("a.npy", kNpy), {}, Targets::ignored);
  EXPECT_EQ(npy.values, (std::vector<float>{1, 2}));

  const auto other = folder.write("a.txt", kTs);
  EXPECT_TRUE(contains(message_of([&] { read_labelled_series(other, {}, Targets::required); }),
                       "a.txt: the ending \".txt\" does not tell the format"));
  SeriesReaderOptions options;
  options.format = SeriesFormat::ts;
  EXPECT_EQ(read_labelled_series(other, options, Targets::required).size(), 2);
}

TEST(LabelledSeries, TellsLongFromWideTablesByTheirBeginning) {
  const TestFolder folder;
  const auto format_of = [&](const std::string& name, const std::string& bytes) {
    return read_labelled_series(folder.write(name, bytes), {}, Targets::ignored).format;
  };
  const std::string wide = "label,t0,t1,t2\na,1,2,3\nb,4,5,6\n";
  EXPECT_EQ(format_of("a.csv", wide), SeriesFormat::wide);
  EXPECT_EQ(format_of("a.tsv", "1\t0.5\t-1\n2\t0.25\t7\n"), SeriesFormat::wide);
  EXPECT_EQ(format_of("b.csv", "label,0,1,2\na,1,2,3\n"), SeriesFormat::wide);
  EXPECT_EQ(format_of("c.csv", "id,label,x_1,x_2,x_3\n1,a,1,2,3\n1,a,4,5,6\n"), SeriesFormat::csv);
  EXPECT_EQ(format_of("d.csv", "id,label,x_1,x_2,x_3\n1,a,1,2,3\n2,a,4,5,6\n"), SeriesFormat::wide);
}

TEST(LabelledSeries, ReadsFilesWhoseNameTellsNothingAsTheTrainingFile) {
  const TestFolder folder;
  SeriesReaderOptions options{.known_format = SeriesFormat::ts};
  EXPECT_EQ(read_labelled_series(folder.write("a.dat", kTs), options, Targets::required).size(), 2);
  EXPECT_EQ(read_labelled_series(folder.write("a.csv", kCsv), options, Targets::required).size(),
            2);
  // The training file was told to be so in spite of its name.
  options.ending = ".csv";
  EXPECT_EQ(read_labelled_series(folder.write("b.csv", kTs), options, Targets::required).size(), 2);
}

TEST(LabelledSeries, TakesLabelsFromAnotherFileForArraysAlone) {
  const TestFolder folder;
  for (const auto& [name, bytes] : {std::pair("a.ts", kTs), std::pair("a.csv", kCsv)}) {
    const auto path = folder.write(name, bytes);
    EXPECT_TRUE(contains(message_of([&] {
                           read_labelled_series(path, {.labels_file = "y.npy"}, Targets::required);
                         }),
                         "leave y.npy out"));
  }
}

TEST(LabelledSeries, GivesTheLengthOfEachSeries) {
  const TestFolder folder;
  const auto series = read_labelled_series(folder.write("a.ts", kTs), {}, Targets::required);
  EXPECT_EQ(series.length(0), 2);
  EXPECT_EQ(series.length(1), 1);
  EXPECT_EQ(series.width(), 1);
}

TEST(LabelledSeries, RefusesNamesThatAreNoText) {
  const TestFolder folder;
  const auto error_of = [&](const std::string& bytes) {
    const auto path = folder.write("a.csv", bytes);
    return message_of([&] { read_labelled_series(path, {}, Targets::required); });
  };
  EXPECT_TRUE(contains(error_of("id,label,x\xFF\n1,a,2\n"), "a.csv: the column \"x"));
  EXPECT_TRUE(contains(error_of("id,label,x\n1\xFF,a,2\n"), "a.csv: the id \"1"));
  EXPECT_TRUE(contains(error_of("id,label,x\n1,a\xFF,2\n"), "a.csv: the target \"a"));
}

}  // namespace
}  // namespace mnemo
