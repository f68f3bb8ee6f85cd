// How the program reads files of every kind, and remembers how it did.
#include <algorithm>

#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

// Headerless rows of a label and a text that tells it, divided by semicolons.
std::string labelled_rows() {
  std::string rows;
  for (int i = 0; i < 40; ++i) {
    rows += i % 2 == 0 ? "pos;\"lovely, and warm " : "neg;\"awful, and cold ";
    rows += std::to_string(i) + "\"\n";
  }
  return rows;
}

TEST(Formats, AreListedWithAnExampleOfEach) {
  const auto all = run_mnemo({"formats"});
  ASSERT_TRUE(succeeded(all));
  for (const char* part : {"--input-format", "--series-format", "fasttext", "folder", "arff", "npz",
                           ".tsf", "__label__good", "@classLabel true", "train forecast"}) {
    EXPECT_TRUE(contains(all.out, part));
  }
  EXPECT_TRUE(contains(all.out, "with another --delimiter"));
  const auto series = run_mnemo({"formats", "series"});
  EXPECT_TRUE(contains(series.out, "wide"));
  EXPECT_FALSE(contains(series.out, "fasttext"));
  EXPECT_TRUE(refused(run_mnemo({"formats", "sereis"}), 2, {"did you mean series?"}));
}

TEST(Formats, ListPlacesAndTheirHolidays) {
  const auto places = run_mnemo({"formats", "holidays"});
  ASSERT_TRUE(succeeded(places));
  EXPECT_TRUE(contains(places.out, "\n  AU Australia (ACT NSW NT QLD SA TAS VIC WA)\n"));
  const auto victoria = run_mnemo({"formats", "holidays", "AU-VIC"});
  ASSERT_TRUE(succeeded(victoria));
  EXPECT_TRUE(contains(victoria.out, "2014-01-27  Australia Day\n2014-03-10  Labor Day\n"));
  EXPECT_TRUE(refused(run_mnemo({"formats", "holidays", "AU-VIK"}), 2, {"AU-VIC"}));
  EXPECT_TRUE(refused(run_mnemo({"formats", "series", "AU"}), 2, {"one name too many"}));
}

TEST(Formats, ARunReadsFurtherFilesAsItsOwn) {
  const TestFolder folder;
  const auto file = folder.write("reviews.data", labelled_rows()).string();
  const auto run = (folder.path() / "run").string();
  ASSERT_TRUE(succeeded(train(
      run,
      {{"train", file}, {"input-format", "csv"}, {"label-column", "1"}, {"text-column", "2"}})));
  const auto predicted = run_mnemo({"predict", run, "--input", file});
  ASSERT_TRUE(succeeded(predicted));
  EXPECT_EQ(lines_of(predicted.out).size(), 40U);
  EXPECT_EQ(number(evaluated({run, "--data", file}), "n"), 40);
  EXPECT_TRUE(succeeded(run_mnemo({"explain", run, "--global", "--data", file})));
  const auto model = (folder.path() / "model.pt").string();
  ASSERT_TRUE(succeeded(run_mnemo({"export", run, "--out", model})));
  EXPECT_EQ(run_mnemo({"predict", model, "--input", file}).out, predicted.out);
  // Another file that is plainly of another form, and one that is told to be.
  const auto other = folder.write("new.csv", "label,text\npos,lovely and warm\n").string();
  EXPECT_EQ(lines_of(run_mnemo({"predict", run, "--input", other}).out).size(), 1U);
  const auto named = folder.write("named.csv", "class,words\npos,lovely and warm\n").string();
  EXPECT_EQ(
      lines_of(
          run_mnemo({"predict", run, "--input", named, "--header=true", "--text-column=words"}).out)
          .size(),
      1U);
}

TEST(Formats, LabelsAreNoPartOfWhatIsPredicted) {
  const TestFolder folder;
  std::string labelled, bare;
  for (const std::string text : {"a wonderful film", "broken after two days"}) {
    labelled += "__label__pos " + text + "\n";
    bare += text + "\n";
  }
  const auto predict = [&](const std::string& file) {
    return run_mnemo({"predict", trained_run().string(), "--input", file, "--threads=1"}).out;
  };
  const auto expected = predict(folder.write("bare.txt", bare).string());
  EXPECT_EQ(lines_of(expected).size(), 2U);
  EXPECT_EQ(predict(folder.write("labelled.txt", labelled).string()), expected);
  const auto piped = run_mnemo({"predict", trained_run().string(), "--threads=1"}, labelled);
  EXPECT_EQ(piped.out, expected);
}

TEST(Formats, OneProblemInEveryFormGivesTheSameWeights) {
  const TestFolder folder;
  const std::string values[] = {"0.5,1.25,-1", "2,0,0.75", "0.25,1,-2", "3,0.5,1"};
  const std::string labels[] = {"1", "2", "1", "2"};
  std::string ts = "@univariate true\n@classLabel true 1 2\n@data\n", timed = ts, tsv, wide, arff;
  wide = "label,t0,t1,t2\n";
  arff =
      "@attribute a numeric\n@attribute b numeric\n@attribute c numeric\n"
      "@attribute d {1,2}\n@data\n";
  for (int i = 0; i < 16; ++i) {
    const auto& row = values[i % 4];
    const auto& label = labels[i % 4];
    ts += row + ":" + label + "\n";
    wide += label + "," + row + "\n";
    arff += row + "," + label + "\n";
    std::string tabbed = row;
    int step = 0;
    for (size_t begin = 0; begin < row.size();) {
      const size_t end = std::min(row.find(',', begin), row.size());
      const std::string value = row.substr(begin, end - begin);
      timed += (step > 0 ? ",(" : "(") + std::to_string(step) + "," + value + ")";
      ++step;
      begin = end + 1;
    }
    timed += ":" + label + "\n";
    std::replace(tabbed.begin(), tabbed.end(), ',', '\t');
    tsv += label + "\t" + tabbed + "\n";
  }
  const auto weights = [&](const std::string& name, const std::string& bytes) {
    const auto run = (folder.path() / ("run_" + name)).string();
    EXPECT_TRUE(succeeded(
        run_mnemo({"train", "series", "--train", folder.write(name, bytes).string(), "--epochs=2",
                   "--hidden-sizes=4", "--threads=1", "--out", run, "--quiet"})));
    return weights_of(run);
  };
  const auto expected = weights("a.ts", ts);
  EXPECT_EQ(weights("timed.ts", timed), expected);
  EXPECT_EQ(weights("a.tsv", tsv), expected);
  EXPECT_EQ(weights("wide.csv", wide), expected);
  EXPECT_EQ(weights("a.arff", arff), expected);
  // A run of one form reads another, too.
  const auto run = (folder.path() / "run_a.tsv").string();
  EXPECT_EQ(number(evaluated({run, "--data", (folder.path() / "a.ts").string()}), "n"), 16);
}

}  // namespace
}  // namespace mnemo
