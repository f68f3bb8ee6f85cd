// mnemo compare.
#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

Arguments small_comparison(const fs::path& out, const Options& changes = {}) {
  Options options = {{"train", sample("motions_train.ts")},
                     {"out", out.string()},
                     {"hidden-sizes", "8"},
                     {"epochs", "3"},
                     {"seeds", "2"},
                     {"variants", "cells"}};
  for (const auto& [name, value] : changes) options[name] = value;
  Arguments arguments = {"compare", "series"};
  for (const auto& [name, value] : options) arguments.push_back("--" + name + "=" + value);
  return arguments;
}

TEST(Compare, PrintsATableOfAllCellsOnOneSplit) {
  const TestFolder folder;
  const auto out = folder.path() / "cells";
  const auto outcome = run_mnemo(small_comparison(out, {{"format", "json"}}));
  ASSERT_TRUE(succeeded(outcome));
  const auto table = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(read_file(out / "compare.json"), outcome.out);
  EXPECT_TRUE(fs::exists(out / "compare.md"));
  EXPECT_TRUE(fs::exists(out / "compare.csv"));
  std::map<std::string, nlohmann::json> by_name;
  for (const auto& variant : table.at("variants")) by_name[variant.at("name")] = variant;
  for (const char* cell : {"lstm", "gru", "rnn", "transformer"}) {
    ASSERT_TRUE(by_name.contains(cell)) << cell;
  }
  EXPECT_EQ(by_name.at("gru").at("seeds").size(), 2U);
  const auto meta = json_in(out / "runs" / "gru-2" / "meta.json");
  EXPECT_DOUBLE_EQ(by_name.at("gru").at("seeds").at(1).at("value").get<double>(),
                   meta.at("result").at("valid_accuracy").get<double>());
  EXPECT_EQ(by_name.at("gru").at("parameters"), meta.at("parameters"));
  EXPECT_NE(by_name.at("gru").at("parameters"), by_name.at("lstm").at("parameters"));
  for (const char* run : {"gru-1", "gru-2", "transformer-2"}) {
    const auto config = read_file(out / "runs" / (std::string(run) + ".ini"));
    EXPECT_TRUE(contains(config, "split-seed = 1\n")) << run;
  }
}

TEST(Compare, MeasuresAFileAndGoesOnWhereItStopped) {
  const TestFolder folder;
  const auto out = folder.path() / "own";
  const auto variants =
      folder.write("variants.txt", "[small]\n[large]\nhidden-sizes = 16\n").string();
  const Options options = {{"variants", variants}, {"test", sample("motions_test.ts")}};
  ASSERT_TRUE(succeeded(run_mnemo(small_comparison(out, options))));
  const auto csv = lines_of(read_file(out / "compare.csv"));
  ASSERT_EQ(csv.size(), 5U);
  EXPECT_TRUE(contains(csv[0], "test_accuracy"));
  EXPECT_TRUE(contains(csv[3], "large,\"hidden-sizes=16\",1,"));

  const auto first = fs::last_write_time(out / "runs" / "small-1" / "weights.safetensors");
  fs::remove_all(out / "runs" / "large-2");
  fs::remove(out / "compare.csv");
  Options resumed = options;
  resumed["resume"] = "true";
  ASSERT_TRUE(succeeded(run_mnemo(small_comparison(out, resumed))));
  EXPECT_EQ(fs::last_write_time(out / "runs" / "small-1" / "weights.safetensors"), first);
  EXPECT_EQ(lines_of(read_file(out / "compare.csv")).size(), 5U);
  EXPECT_TRUE(refused(run_mnemo(small_comparison(out, options)), 1, {"--resume", "--overwrite"}));
}

TEST(Compare, ATestFileThatCannotBeMeasuredOnEndsItAfterTheFirstTraining) {
  const TestFolder folder;
  const auto out = folder.path() / "own";
  const auto variants =
      folder.write("variants.txt", "[small]\n[large]\nhidden-sizes = 16\n").string();
  const auto broken = folder.write("broken.ts", "@data\n").string();
  EXPECT_TRUE(refused(run_mnemo(small_comparison(out, {{"variants", variants}, {"test", broken}})),
                      1, {"What is trained is kept", "--resume"}));
  EXPECT_TRUE(fs::exists(out / "runs" / "small-1" / "weights.safetensors"));
  EXPECT_FALSE(fs::exists(out / "runs" / "large-1" / "weights.safetensors"));
  ASSERT_TRUE(succeeded(run_mnemo({"compare", "series", "--out", out.string(), "--resume", "--test",
                                   sample("motions_test.ts")})));
  EXPECT_EQ(lines_of(read_file(out / "compare.csv")).size(), 5U);
  EXPECT_TRUE(refused(run_mnemo(small_comparison(folder.path() / "c",
                                                 {{"variants", variants}, {"test", "nowhere.ts"}})),
                      1, {"--test nowhere.ts"}));
  EXPECT_FALSE(fs::exists(folder.path() / "c"));
}

TEST(Compare, RefusesAVariantThatCannotTrain) {
  const TestFolder folder;
  const auto variants = folder.write("variants.txt", "[a]\n[b]\ndroput = 0.1\n").string();
  EXPECT_TRUE(refused(run_mnemo(small_comparison(folder.path() / "c", {{"variants", variants}})), 2,
                      {"variant b", "--dropout"}));
  EXPECT_TRUE(refused(run_mnemo(small_comparison(folder.path() / "c", {{"variants", "tirks"}})), 2,
                      {"cells, tricks or a file"}));
}

}  // namespace
}  // namespace mnemo
