// Models of whole series through the program.
#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// `mnemo train series` for a small model of the made-up motions, in a second or two.
Arguments small_series(const fs::path& out, const Options& changes = {}) {
  Options options = {{"train", sample("motions_train.ts")},
                     {"out", out.string()},
                     {"hidden-sizes", "16"},
                     {"epochs", "12"},
                     {"learning-rate", "0.01"},
                     {"quiet", "true"}};
  for (const auto& [name, value] : changes) options[name] = value;
  Arguments arguments = {"train", "series"};
  for (const auto& [name, value] : options) arguments.push_back("--" + name + "=" + value);
  return arguments;
}

// Long form: the mean of x is the number to find, and its sign the label.
std::string long_csv(int series) {
  std::string rows = "id,x,sign,mean\n";
  for (int i = 0; i < series; ++i) {
    const int mean = i % 9 - 4;
    for (int step = 0; step < 3 + i % 4; ++step) {
      rows += "s" + std::to_string(i) + "," + std::to_string(mean + (step % 2 == 0 ? 1 : -1)) +
              "," + (mean < 0 ? "minus" : "plus") + "," + std::to_string(mean) + "\n";
    }
  }
  return rows;
}

TEST(Series, AreClassifiedMeasuredAndExported) {
  const TestFolder folder;
  const auto run = folder.path() / "run", model = folder.path() / "model.pt";
  const std::string data = sample("motions_test.ts");
  ASSERT_TRUE(succeeded(run_mnemo(small_series(run))));
  const auto metrics = evaluated({run.string(), "--data", data});
  EXPECT_EQ(metrics.at("task"), "series");
  EXPECT_EQ(metrics.at("n"), 60);
  EXPECT_GT(metrics.at("accuracy").get<double>(), 0.7) << "a third would be chance";

  const auto answers = run_mnemo({"predict", run.string(), "--input", data});
  ASSERT_TRUE(succeeded(answers));
  EXPECT_EQ(lines_of(answers.out).size(), 60U);
  ASSERT_TRUE(succeeded(run_mnemo({"export", run.string(), "--out", model.string()})));
  const auto exported = run_mnemo({"predict", model.string(), "--input", data});
  ASSERT_TRUE(succeeded(exported));
  const auto a = lines_of(answers.out), b = lines_of(exported.out);
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].substr(0, a[i].rfind('\t')), b.at(i).substr(0, b[i].rfind('\t'))) << i;
    EXPECT_TRUE(a[i].starts_with(std::to_string(i + 1) + "\t")) << "its number is its id";
  }
  EXPECT_TRUE(contains(run_mnemo({"info", run.string()}).out, "circle, eight, line"));
}

// Series of six steps, whose label is told by which end is higher.
std::string even_ts(int series) {
  std::string rows = "@classLabel true down up\n@data\n";
  for (int i = 0; i < series; ++i) {
    const int slope = i % 2 == 0 ? 1 : -1;
    for (int step = 0; step < 6; ++step) {
      rows += std::to_string(slope * step + (i * 7 + step * 3) % 5) + (step < 5 ? "," : ":");
    }
    rows += slope > 0 ? "up\n" : "down\n";
  }
  return rows;
}

TEST(Series, OfOneLengthHaveALinearPart) {
  const TestFolder folder;
  const auto data = folder.write("even.ts", even_ts(60)).string();
  const auto run = folder.path() / "run", model = folder.path() / "model.pt";
  const auto trained = run_mnemo(small_series(run, {{"train", data}, {"quiet", "false"}}));
  ASSERT_TRUE(succeeded(trained));
  EXPECT_TRUE(contains(trained.err, "linear part of 6 steps: loss 0."));
  EXPECT_TRUE(contains(run_mnemo({"info", run.string()}).out, "linear     map of 6 steps"));
  EXPECT_TRUE(contains(read_file(run / "report.html"), "linear part beside the layers"));
  const auto meta = json_in(run / "meta.json");
  EXPECT_LT(meta.at("fitted").at("linear_part").at("left_out_loss").get<double>(), 0.3);
  ASSERT_TRUE(succeeded(run_mnemo({"export", run.string(), "--out", model.string()})));
  const auto lengths = folder
                           .write("lengths.ts",
                                  "@classLabel true down up\n@data\n0,1,2,3,4,5:up\n"
                                  "5,3,1:down\n0,1,2,3,4,5,6,7:up\n")
                           .string();
  EXPECT_EQ(run_mnemo({"predict", run.string(), "--input", lengths}).out,
            run_mnemo({"predict", model.string(), "--input", lengths}).out);

  const auto plain = folder.path() / "plain";
  ASSERT_TRUE(succeeded(run_mnemo(small_series(plain, {{"train", data}, {"linear", "false"}}))));
  const auto without = json_in(plain / "meta.json");
  EXPECT_EQ(meta.at("parameters").get<int>() - without.at("parameters").get<int>(), (6 + 1) * 2);
  EXPECT_FALSE(without.at("fitted").contains("linear_part"));
  // Fitted anew where a run begins with the layers of another, be it with such a part or without.
  for (const auto& first : {run, plain}) {
    const auto again = folder.path() / ("from_" + first.filename().string());
    ASSERT_TRUE(succeeded(run_mnemo(
        small_series(again, {{"train", data}, {"epochs", "1"}, {"init-from", first.string()}}))));
    EXPECT_EQ(json_in(again / "meta.json").at("fitted"), meta.at("fitted"));
  }
  const auto imported = folder.path() / "imported";
  ASSERT_TRUE(succeeded(
      run_mnemo({"import", "series", (run / "weights.safetensors").string(), "--config",
                 (run / "config.ini").string(), "--train", data, "--out", imported.string()})));
  EXPECT_EQ(evaluated({imported.string(), "--data", data}).at("loss"),
            evaluated({run.string(), "--data", data}).at("loss"));
}

TEST(Series, OfDifferentLengthsHaveNoLinearPart) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const auto outcome = run_mnemo(small_series(run, {{"quiet", "false"}, {"epochs", "1"}}));
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "no linear part, since the training series differ in length"));
  EXPECT_FALSE(contains(run_mnemo({"info", run.string()}).out, "linear"));
}

TEST(Series, OfNumbersAreRegressed) {
  const TestFolder folder;
  const auto data = folder.write("numbers.csv", long_csv(90));
  const auto run = folder.path() / "run";
  // "sign" is no number, so it may not stay among the features.
  std::string without = long_csv(90);
  for (const char* word : {",sign", ",minus", ",plus"}) {
    for (size_t at; (at = without.find(word)) != std::string::npos;) {
      without.erase(at, std::string(word).size());
    }
  }
  const auto numbers = folder.write("numbers_only.csv", without);
  ASSERT_TRUE(succeeded(run_mnemo(small_series(run, {{"train", numbers.string()},
                                                     {"target-kind", "number"},
                                                     {"label-column", "mean"},
                                                     {"epochs", "60"}}))));
  const auto metrics = evaluated({run.string(), "--data", numbers.string()});
  EXPECT_GT(metrics.at("r2").get<double>(), 0.8);
  const auto answers = run_mnemo({"predict", run.string(), "--input", numbers.string()});
  ASSERT_TRUE(succeeded(answers));
  ASSERT_EQ(lines_of(answers.out).size(), 90U);
  const auto first = lines_of(answers.out)[0];
  EXPECT_TRUE(first.starts_with("s0\t")) << "the id column has it: " << first;
  EXPECT_NEAR(std::stod(first.substr(first.find('\t'))), -4.0, 1.5) << "in the data's units";
}

TEST(Series, TheBestPresetIsTheDefault) {
  const auto config = [](const std::string& preset) {
    auto text = run_mnemo({"train", "series", "--preset", preset, "--print-config"}).out;
    return text.replace(text.find("preset = " + preset), 9 + preset.size(), "");
  };
  EXPECT_EQ(config("best"), config("default"));
  EXPECT_TRUE(contains(config("best"), "linear = true"));
}

TEST(Series, PresetsAreTheArticles) {
  const auto config = [](const char* preset) {
    return run_mnemo({"train", "series", "--preset", preset, "--print-config"}).out;
  };
  for (const char* setting : {"hidden-sizes = 128\n", "pooling = last", "batch-size = 0",
                              "epochs = 100", "learning-rate = 0.001", "valid-share = 0"}) {
    EXPECT_TRUE(contains(config("article-torch"), setting));
  }
  for (const char* setting : {"hidden-sizes = 128,64,32", "batch-size = 256", "epochs = 100"}) {
    EXPECT_TRUE(contains(config("article-stacked"), setting));
  }
  for (const char* setting :
       {"hidden-sizes = 64,32", "target-kind = number", "batch-size = 32", "scaler = minmax"}) {
    EXPECT_TRUE(contains(config("article-regressor"), setting));
  }
}

TEST(Series, ArticlePresetTrainsOnAllSeries) {
  const TestFolder folder;
  const auto outcome =
      run_mnemo({"train", "series", "--preset", "article-stacked", "--epochs", "2", "--train",
                 sample("motions_train.ts"), "--out", (folder.path() / "run").string()});
  EXPECT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err,
                       "90 training series of 2 features, none for validation (what is called so"));
}

TEST(Series, ChooseTheirEpochsWhenAsked) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo(
      small_series(run, {{"epochs", "auto"}, {"batch-size", "0"}, {"hidden-sizes", "4"}}))));
  EXPECT_EQ(json_in(run / "meta.json").at("epochs"), 200) << "one step an epoch";
}

TEST(Series, RefuseWhatDoesNotFit) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo(small_series(run, {{"epochs", "1"}}))));
  const auto other = folder.write("other.ts", "@classLabel true circle\n@data\n1,2,3:circle\n");
  EXPECT_TRUE(refused(run_mnemo({"evaluate", run.string(), "--data", other.string()}), 1,
                      {"other.ts", "1", "2"}));
  const auto one_label = folder.write("one.ts", "@classLabel true a\n@data\n1,2:a\n3,4:a\n");
  EXPECT_TRUE(refused(run_mnemo(small_series(folder.path() / "b", {{"train", one_label.string()}})),
                      1, {"one.ts", "\"a\"", "at least two"}));
  EXPECT_TRUE(refused(run_mnemo(small_series(folder.path() / "c", {{"valid-share", "0"}})), 2,
                      {"--keep last"}));
  EXPECT_TRUE(refused(run_mnemo({"predict", run.string(), "--rolling"}), 2,
                      {"--rolling", "forecast models", "series model"}));
}

}  // namespace
}  // namespace mnemo
