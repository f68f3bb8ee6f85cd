// Forecasting through the program, from a table to a run, its figures, forecasts and its export.
#include <cmath>
#include <cstdio>
#include <set>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// `mnemo train forecast` for a small model of the airline passengers, in a second or two.
Arguments small_forecast(const fs::path& out, const Options& changes = {}) {
  Options options = {{"train", sample("airline_passengers.csv")},
                     {"out", out.string()},
                     {"split-rows", "96,24,24"},
                     {"lookback", "24"},
                     {"horizon", "12"},
                     {"hidden-size", "16"},
                     {"epochs", "3"},
                     {"batch-size", "16"},
                     {"quiet", "true"}};
  for (const auto& [name, value] : changes) options[name] = value;
  Arguments arguments = {"train", "forecast"};
  for (const auto& [name, value] : options) {
    if (value != "-") arguments.push_back("--" + name + "=" + value);
  }
  return arguments;
}

TEST(Forecast, IsTrainedMeasuredUsedAndExported) {
  const TestFolder folder;
  const auto run = folder.path() / "run", model = folder.path() / "model.pt";
  const std::string data = sample("airline_passengers.csv");
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(run))));

  const auto metrics = evaluated({run.string(), "--data", data});
  EXPECT_EQ(metrics.at("task"), "forecast");
  EXPECT_EQ(metrics.at("part"), "test") << "of the file trained on";
  EXPECT_EQ(metrics.at("n"), 13) << "24 rows, a horizon of 12";
  EXPECT_EQ(metrics.at("season"), 12) << "found in the data";
  EXPECT_EQ(metrics.at("by_step").size(), 12U);
  EXPECT_EQ(evaluated({run.string(), "--data", data, "--part", "all"}).at("n"), 109);

  const auto next = run_mnemo({"predict", run.string(), "--input", data});
  ASSERT_TRUE(succeeded(next));
  const auto lines = lines_of(next.out);
  ASSERT_EQ(lines.size(), 13U);
  EXPECT_EQ(lines[0], "month,passengers");
  EXPECT_EQ(lines[1].substr(0, 8), "1961-01,") << "the month after the file's end";
  EXPECT_EQ(lines[12].substr(0, 8), "1961-12,");

  ASSERT_TRUE(succeeded(run_mnemo({"export", run.string(), "--out", model.string()})));
  const auto exported = run_mnemo({"predict", model.string(), "--input", data});
  ASSERT_TRUE(succeeded(exported));
  const auto other = lines_of(exported.out);
  for (size_t i = 1; i < lines.size(); ++i) {
    EXPECT_NEAR(std::stod(lines[i].substr(8)), std::stod(other.at(i).substr(8)), 0.01);
  }
  EXPECT_NEAR(evaluated({model.string(), "--data", data}).at("mse").get<double>(),
              metrics.at("mse").get<double>(), 0.05);
  EXPECT_TRUE(contains(run_mnemo({"info", run.string()}).out, "12 out, 1 month apart"));
}

TEST(Forecast, TheAutoregressionJoinsTheLayersOnceTheseHaveLearnt) {
  const TestFolder folder;
  const auto run = folder.path() / "run", plain = folder.path() / "plain";
  const auto outcome = run_mnemo(small_forecast(run, {{"quiet", "-"}}));
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "autoregression of 24 rows by itself: validation loss "));
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(plain, {{"autoregression", "false"}}))));

  const auto meta = json_in(run / "meta.json"), before = json_in(plain / "meta.json");
  const auto& result = meta.at("result");
  const auto& linear = result.at("autoregression");
  EXPECT_EQ(meta.at("status"), "finished");
  EXPECT_EQ(linear.at("recurrent_valid_loss"), before.at("result").at("valid_loss"))
      << "the layers learn as they do without";
  EXPECT_LT(result.at("valid_loss"), linear.at("recurrent_valid_loss"));
  EXPECT_EQ(meta.at("model_bytes").get<int64_t>() - before.at("model_bytes").get<int64_t>(),
            (24 * 12 + 12 + 1) * 4);
  EXPECT_EQ(meta.at("parameters").get<int64_t>() - before.at("parameters").get<int64_t>(),
            24 * 12 + 12);
  EXPECT_TRUE(
      contains(run_mnemo({"info", run.string()}).out, "linear     autoregression of 24 rows"));
  EXPECT_TRUE(contains(read_file(run / "report.html"), "autoregression beside the layers"));

  const auto imported = folder.path() / "imported", again = folder.path() / "again";
  const std::string data = sample("airline_passengers.csv");
  const auto weights = (run / "weights.safetensors").string();
  ASSERT_TRUE(
      succeeded(run_mnemo({"import", "forecast", weights, "--config", (run / "config.ini").string(),
                           "--train", data, "--out", imported.string()})));
  EXPECT_NEAR(evaluated({imported.string(), "--data", data}).at("scaled_mse").get<double>(),
              evaluated({run.string(), "--data", data}).at("scaled_mse").get<double>(), 1e-6);
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(
      again, {{"init-from", run.string()}, {"learning-rate", "1e-9"}, {"epochs", "1"}}))));
  const auto begun = json_in(again / "meta.json").at("result").at("autoregression");
  EXPECT_NEAR(begun.at("recurrent_valid_loss").get<double>(),
              linear.at("recurrent_valid_loss").get<double>(), 1e-5)
      << "the layers begin as they were";
}

TEST(Forecast, TheBestPresetLearnsByHubersLoss) {
  const auto config = [](const char* preset) {
    return run_mnemo({"train", "forecast", "--preset", preset, "--print-config"}).out;
  };
  EXPECT_TRUE(contains(config("best"), "loss = huber\n"));
  EXPECT_TRUE(contains(config("default"), "loss = mae\n"));
}

TEST(Forecast, HasNoAutoregressionOfATargetOutOfSight) {
  const TestFolder folder;
  const auto data = folder.write("two.csv", [] {
    std::string text = "a,b\n";
    for (int row = 0; row < 120; ++row) {
      text += std::to_string(row % 12) + "," + std::to_string(row % 5) + "\n";
    }
    return text;
  }());
  const auto run = folder.path() / "run";
  const auto outcome = run_mnemo(small_forecast(run, {{"train", data.string()},
                                                      {"model", "stacked"},
                                                      {"hidden-size", "-"},
                                                      {"hidden-sizes", "8"},
                                                      {"normalization", "none"},
                                                      {"target", "a"},
                                                      {"features", "b"},
                                                      {"split-rows", "-"},
                                                      {"quiet", "-"}}));
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "no autoregression, since --features leaves a target out"));
  EXPECT_FALSE(json_in(run / "meta.json").at("result").contains("autoregression"));
}

// The naive forecast repeats the last value: its error can be computed by hand.
TEST(Forecast, MeasuresTheNaiveForecastsOverTheSameWindows) {
  const TestFolder folder;
  std::string rows = "a\n";
  for (int i = 0; i < 100; ++i) rows += std::to_string(i % 4 == 0 ? 5 : 1) + "\n";
  const auto data = folder.write("season.csv", rows);
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(folder.path() / "run", {{"train", data.string()},
                                                                         {"split-rows", "60,20,20"},
                                                                         {"lookback", "8"},
                                                                         {"horizon", "4"}}))));
  const auto metrics = evaluated({(folder.path() / "run").string(), "--data", data.string()});
  EXPECT_EQ(metrics.at("season"), 4);
  EXPECT_EQ(metrics.at("seasonal_naive").at("mse"), 0.0);
  // 17 windows: of the 4 that repeat a 5 three values of four are wrong by 4, of the 13 that repeat
  // a 1 one is.
  EXPECT_NEAR(metrics.at("naive").at("mse").get<double>(), 16.0 * (4 * 3 + 13 * 1) / (17.0 * 4),
              1e-9);
  EXPECT_TRUE(metrics.at("mase").is_null()) << "the seasonal naive forecast is perfect in training";
}

TEST(Forecast, RollsOverTheFileBesideTheActualValues) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(run, {{"quantiles", "0.1,0.5,0.9"}}))));
  const auto rolled = run_mnemo(
      {"predict", run.string(), "--input", sample("airline_passengers.csv"), "--rolling"});
  ASSERT_TRUE(succeeded(rolled));
  const auto lines = lines_of(rolled.out);
  ASSERT_EQ(lines.size(), 1U + 2U * 12U) << "two forecasts of 12 in 24 test rows";
  EXPECT_EQ(lines[0],
            "origin,month,step,passengers 0.1,passengers 0.5,passengers 0.9,passengers actual");
  EXPECT_EQ(lines[1].substr(0, 18), "1958-12,1959-01,1,");
  EXPECT_EQ(lines[1].substr(lines[1].rfind(',')), ",360");
  for (size_t i = 1; i < lines.size(); ++i) {
    double low = 0.0, middle = 0.0, high = 0.0;
    ASSERT_EQ(std::sscanf(lines[i].c_str() + 16, "%*[^,],%lf,%lf,%lf", &low, &middle, &high), 3)
        << lines[i];
    EXPECT_LE(low, middle);
    EXPECT_LE(middle, high);
  }
  const auto metrics = evaluated({run.string(), "--data", sample("airline_passengers.csv")});
  EXPECT_EQ(metrics.at("coverage").size(), 1U);
}

TEST(Forecast, OfManySeriesInOneFile) {
  const TestFolder folder;
  std::string rows = "shop,day,sold\n";
  for (int i = 0; i < 60; ++i) {
    for (const char* shop : {"north", "south"}) {
      const auto month = i / 28 + 1, day = i % 28 + 1;
      char line[64];
      std::snprintf(line, sizeof line, "%s,%02d.%02d.2024,%d\n", shop, day, month, i % 7);
      if (month * 100 + day <= 131 + 100) rows += line;
    }
  }
  const auto data = folder.write("shops.csv", rows);
  const auto run = folder.path() / "run";
  const auto trained = run_mnemo(small_forecast(run, {{"train", data.string()},
                                                      {"series-column", "shop"},
                                                      {"split-rows", "-"},
                                                      {"lookback", "14"},
                                                      {"horizon", "2"}}));
  ASSERT_TRUE(succeeded(trained));
  const auto next = run_mnemo({"predict", run.string(), "--input", data.string()});
  ASSERT_TRUE(succeeded(next));
  const auto lines = lines_of(next.out);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0], "shop,day,sold");
  EXPECT_EQ(lines[1].substr(0, 6), "north,");
  EXPECT_EQ(lines[3].substr(0, 6), "south,");
}

TEST(Forecast, TheArticlesPresetKeepsTheLastWeightsAndWatchesTheTestPart) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const auto outcome =
      run_mnemo({"train", "forecast", "--preset", "article", "--epochs", "3", "--train",
                 sample("airline_passengers.csv"), "--out", run.string()});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "91 training windows, 29 of the test part to look at"));
  EXPECT_EQ(json_in(run / "meta.json").at("result").at("best_epoch"), 3);
  const auto config = run_mnemo(
      {"train", "forecast", "--preset", "article", "--train", "x", "--out", "y", "--print-config"});
  for (const char* setting :
       {"model = stacked", "hidden-sizes = 64,32", "scaler = minmax", "loss = mse", "lookback = 24",
        "horizon = 1", "batch-size = 32", "epochs = 100", "split = 0.8", "learning-rate = 0.001"}) {
    EXPECT_TRUE(contains(config.out, setting));
  }
}

struct RefusedTable {
  std::string name;
  std::string content;
  Arguments parts;  // of the message
  Options options = {};
  int exit_code = 1;
};

void PrintTo(const RefusedTable& refusal, std::ostream* out) { *out << refusal.name; }

std::string counting(int rows) {
  std::string text = "day,a,b\n";
  for (int i = 0; i < rows; ++i) {
    text += "2024-01-" + std::string(i < 9 ? "0" : "") + std::to_string(i + 1) + "," +
            std::to_string(i % 5) + "," + std::to_string(i * 3 % 7) + "\n";
  }
  return text;
}

std::vector<RefusedTable> refusals() {
  const Options automatic = {{"split-rows", "-"}, {"lookback", "4"}, {"horizon", "2"}};
  auto with = [&](Options more) {
    for (const auto& [name, value] : automatic) more.try_emplace(name, value);
    return more;
  };
  return {
      {"not_a_number", counting(9) + "2024-01-10,x7,1\n", {"data.csv:11", "a", "x7"}, automatic},
      {"missing_cell", counting(9) + "2024-01-10,,1\n", {"data.csv", "11", "--missing"}, automatic},
      {"infinite", counting(9) + "2024-01-10,inf,1\n", {"data.csv:11", "a"}, automatic},
      {"backwards", counting(9) + "2024-01-03,1,1\n", {"data.csv:11", "2024-01-03"}, automatic},
      {"twice", counting(9) + "2024-01-09,1,1\n", {"data.csv:11", "2024-01-09"}, automatic},
      {"too_few_rows",
       counting(20),
       {"--lookback 24", "--horizon 12", "36"},
       {{"split-rows", "-"}}},
      {"unknown_target", counting(30), {"bb", "data.csv"}, with({{"target", "bb"}})},
      {"unknown_feature",
       counting(30),
       {"\"bb\"", "data.csv", "\"a\", \"b\""},
       with({{"features", "bb"}}),
       2},
      {"lookback_of_0", counting(30), {"--lookback 0"}, {{"lookback", "0"}}, 2},
      {"horizon_of_0", counting(30), {"--horizon 0"}, {{"horizon", "0"}}, 2},
      {"split_of_more_rows", counting(30), {"asks for 144 rows, and there are 30"}},
      {"quantiles_descend", counting(30), {"ascend"}, {{"quantiles", "0.9,0.1"}}, 2},
      {"test_chooses", counting(30), {"--keep last"}, with({{"valid-share", "0"}}), 2},
      {"sizes_of_the_other_model", counting(30), {"--hidden-sizes"}, {{"hidden-sizes", "4"}}, 2},
  };
}

class ForecastRefusal : public testing::TestWithParam<RefusedTable> {};

TEST_P(ForecastRefusal, SaysWhatIsWrongAndLeavesNothing) {
  const TestFolder folder;
  const auto& p = GetParam();
  const auto data = folder.write("data.csv", p.content);
  Options options = p.options;
  options["train"] = data.string();
  const auto run = folder.path() / "run";
  EXPECT_TRUE(refused(run_mnemo(small_forecast(run, options)), p.exit_code, p.parts));
  EXPECT_FALSE(fs::exists(run));
}

INSTANTIATE_TEST_SUITE_P(Files, ForecastRefusal, testing::ValuesIn(refusals()),
                         [](const auto& test) { return test.param.name; });

// 01/07/2020 alone could be the seventh of January.
TEST(Forecast, ReadsTimesAsTheTrainingFileWroteThem) {
  const TestFolder folder;
  std::string rows = "day,a\n";
  for (int i = 0; i < 62; ++i) {
    char line[32];
    std::snprintf(line, sizeof line, "%02d/%02d/2020,%d\n", i % 31 + 1, i < 31 ? 7 : 8, i % 5);
    rows += line;
  }
  const auto data = folder.write("days.csv", rows);
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(run, {{"train", data.string()},
                                                       {"split-rows", "-"},
                                                       {"lookback", "1"},
                                                       {"segment", "1"},
                                                       {"horizon", "2"}}))));
  const auto one = folder.write("one.csv", "day,a\n01/07/2020,3\n");
  const auto next = run_mnemo({"predict", run.string(), "--input", one.string()});
  ASSERT_TRUE(succeeded(next));
  EXPECT_EQ(lines_of(next.out).at(1).substr(0, 11), "02/07/2020,") << "a day on, as in training";
  EXPECT_EQ(lines_of(next.out).at(2).substr(0, 11), "03/07/2020,");
}

TEST(Forecast, WritesKeysAndTimesInTheColumnsOfTheFile) {
  const TestFolder folder;
  std::string rows = "region;kind;Date;Time;a\n";
  for (int i = 0; i < 60; ++i) {
    const std::string hour = (i % 24 < 10 ? "0" : "") + std::to_string(i % 24);
    for (const char* kind : {"x, y", "z"}) {
      rows += std::string("N;") + kind + ";" + std::to_string(1 + i / 24) + "/1/2020;" + hour +
              ":00;" + std::to_string(i % 5) + "\n";
    }
  }
  const auto data = folder.write("keys.csv", rows);
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(run, {{"train", data.string()},
                                                       {"series-column", "region,kind"},
                                                       {"split-rows", "-"},
                                                       {"lookback", "5"},
                                                       {"horizon", "2"}}))));
  const auto next = run_mnemo({"predict", run.string(), "--input", data.string()});
  ASSERT_TRUE(succeeded(next));
  EXPECT_EQ(lines_of(next.out).at(0), "region,kind,Date,Time,a");
  EXPECT_TRUE(lines_of(next.out).at(1).starts_with("N,\"x, y\",3/1/2020,12:00,"));
}

TEST(Forecast, PrintsAsManyDigitsAsTheDataNeed) {
  const TestFolder folder;
  std::string rows = "a\n";
  for (int i = 0; i < 80; ++i) rows += std::to_string(1'000'000'000 + i % 7) + "\n";
  const auto data = folder.write("large.csv", rows);
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(
      run, {{"train", data.string()}, {"split-rows", "-"}, {"lookback", "7"}, {"horizon", "7"}}))));
  const auto next = run_mnemo({"predict", run.string(), "--input", data.string()});
  ASSERT_TRUE(succeeded(next));
  std::set<std::string> values;
  for (const auto& line : lines_of(next.out)) values.insert(line.substr(line.find(',') + 1));
  EXPECT_GT(values.size(), 5U) << "7 digits would make them all equal";
  EXPECT_TRUE(
      refused(run_mnemo({"export", run.string(), "--out", (folder.path() / "m.pt").string()}), 1,
              {"subtract a constant"}));
}

TEST(Forecast, WarnsOfAConstantColumnAndScalesItSafely) {
  const TestFolder folder;
  std::string rows = "a,b\n";
  for (int i = 0; i < 60; ++i) rows += std::to_string(i % 5) + ",7\n";
  const auto data = folder.write("constant.csv", rows);
  const auto outcome = run_mnemo(small_forecast(
      folder.path() / "run",
      {{"train", data.string()}, {"split-rows", "-"}, {"lookback", "5"}, {"horizon", "2"}}));
  EXPECT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "column b is 7 in every training row"));
}

TEST(Forecast, RefusesAFileWithoutItsColumns) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(run))));
  const auto other = folder.write("other.csv", "month,travellers\n1960-01,3\n");
  EXPECT_TRUE(refused(run_mnemo({"predict", run.string(), "--input", other.string()}), 1,
                      {"other.csv", "passengers"}));
  const auto daily = folder.write("daily.csv", "month,passengers\n1960-01-01,3\n1960-01-02,4\n");
  EXPECT_TRUE(refused(run_mnemo({"predict", run.string(), "--input", daily.string()}), 1,
                      {"1 day apart", "1 month apart"}));
  const auto few = folder.write("few.csv", "month,passengers\n1960-01,3\n1960-02,4\n");
  EXPECT_TRUE(refused(run_mnemo({"predict", run.string(), "--input", few.string()}), 1,
                      {"few.csv", "2 rows", "24"}));
  EXPECT_TRUE(
      refused(run_mnemo({"evaluate", run.string(), "--data", few.string(), "--part", "test"}), 2,
              {"--part test", "few.csv"}));
}

TEST(Forecast, RefusesOptionsOfOtherTasks) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(run_mnemo(small_forecast(run))));
  EXPECT_TRUE(refused(run_mnemo({"predict", run.string(), "--text-column", "a"}), 2,
                      {"--text-column", "text models", "forecast model"}));
  EXPECT_TRUE(refused(run_mnemo({"predict", trained_run().string(), "--rolling"}), 2,
                      {"--rolling", "forecast models", "text model"}));
}

}  // namespace
}  // namespace mnemo
