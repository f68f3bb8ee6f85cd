// Tests that what trainings can be told besides the plain defaults is in use, and can be turned
// off.
#include <fstream>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

const Options kOneEpoch = {{"epochs", "1"}, {"patience", "0"}, {"max-length", "60"}};

// Each of these alone makes another model than the plain training does.
const Options kKnobs = {{"word-dropout", "0.3"},
                        {"embedding-dropout", "0.2"},
                        {"recurrent-dropout", "0.3"},
                        {"output-dropout", "0.3"},
                        {"variational-dropout", "true"},
                        {"adversarial-norm", "0.1"},
                        {"sampling", "balanced"},
                        {"label-smoothing", "0.1"},
                        {"norm", "layer"},
                        {"clip-norm", "0.01"},
                        {"clip-value", "0.0001"},
                        {"accumulate", "2"},
                        {"average-decay", "0.9"},
                        {"weight-decay", "0.01"},
                        {"optimizer", "rmsprop"},
                        {"schedule", "cosine"},
                        {"warmup-steps", "5"},
                        {"forget-bias", "1"},
                        {"dense-init", "xavier"},
                        {"recurrent-init", "orthogonal"},
                        {"language-weight", "0.2"},
                        {"dropout", "0.4"},
                        {"embedding-std", "0.1"}};

TEST(Knobs, EachIsInUse) {
  const TestFolder folder;
  const auto plain = folder.path() / "plain";
  const Options base = with(kOneEpoch, {{"embedding-dropout", "0.1"}});
  ASSERT_TRUE(succeeded(train(plain, base)));
  for (const auto& [name, value] : kKnobs) {
    const auto run = folder.path() / name;
    ASSERT_TRUE(succeeded(train(run, with(base, {{name, value}})))) << name;
    EXPECT_NE(weights_of(run), weights_of(plain)) << "--" << name << " changed nothing";
  }
}

struct OtherTask {
  std::string name;
  Arguments training;  // but for --out
  Options knobs;
};

void PrintTo(const OtherTask& task, std::ostream* out) { *out << task.name; }

class KnobsOf : public testing::TestWithParam<OtherTask> {};

TEST_P(KnobsOf, AreInUse) {
  const TestFolder folder;
  const auto run = [&](const std::string& name, const Arguments& more) {
    Arguments arguments = {"train"};
    const auto& training = GetParam().training;
    arguments.insert(arguments.end(), training.begin(), training.end());
    arguments.insert(arguments.end(),
                     {"--epochs=1", "--quiet", "--threads=1", "--layer-dropout=0.2", "--out",
                      (folder.path() / name).string()});
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_TRUE(succeeded(run_mnemo(arguments))) << name;
    return weights_of(folder.path() / name);
  };
  const auto plain = run("plain", {});
  for (const auto& [name, value] : GetParam().knobs) {
    EXPECT_NE(run(name, {"--" + name + "=" + value}), plain) << "--" << name << " changed nothing";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Tasks, KnobsOf,
    testing::Values(
        OtherTask{"series",
                  {"series", "--train", sample("motions_train.ts"), "--hidden-sizes=8,8"},
                  {{"input-dropout", "0.3"},
                   {"step-dropout", "0.3"},
                   {"recurrent-dropout", "0.3"},
                   {"output-dropout", "0.3"},
                   {"variational-dropout", "true"},
                   {"inner-norm", "batch"},
                   {"sampling", "balanced"}}},
        OtherTask{"segments",
                  {"forecast", "--train", sample("airline_passengers.csv"), "--split-rows=96,24,24",
                   "--lookback=24", "--horizon=12", "--hidden-size=8", "--layers=2"},
                  {{"input-dropout", "0.3"},
                   {"recurrent-dropout", "0.3"},
                   {"variational-dropout", "true"},
                   {"inner-norm", "layer"},
                   {"reconstruction-weight", "0.5"}}},
        OtherTask{"stacked",
                  {"forecast", "--train", sample("airline_passengers.csv"), "--split-rows=96,24,24",
                   "--lookback=24", "--horizon=12", "--model=stacked", "--hidden-sizes=8,8"},
                  {{"input-dropout", "0.3"},
                   {"recurrent-dropout", "0.3"},
                   {"variational-dropout", "true"},
                   {"inner-norm", "batch"},
                   {"reconstruction-weight", "0.5"}}}),
    [](const auto& test) { return test.param.name; });

TEST(Knobs, AllTogetherTrainFromAConfigFileAndTheirOffSwitchesGiveThePlainNumbersBack) {
  const TestFolder folder;
  const auto plain = folder.path() / "plain";
  ASSERT_TRUE(succeeded(train(plain, kOneEpoch)));

  auto all = with(kOneEpoch, kKnobs);
  all["layers"] = "2";
  all["inner-norm"] = "batch";
  all["layer-dropout"] = "0.1";
  all["print-config"] = "true";
  const auto config = folder.path() / "all.ini";
  const auto printed = train(folder.path() / "unused", all);
  ASSERT_TRUE(succeeded(printed));
  std::ofstream(config) << printed.out;
  ASSERT_TRUE(
      succeeded(run_mnemo({"train", "text", "--train", sample("reviews_train.csv"), "--out",
                           (folder.path() / "all").string(), "--config", config.string()})));
  EXPECT_TRUE(contains(read_file(folder.path() / "all" / "config.ini"), "recurrent-dropout = 0.3"));

  const auto plain_config = read_file(plain / "config.ini");
  Arguments off = {"train",    "text",
                   "--train",  sample("reviews_train.csv"),
                   "--out",    (folder.path() / "off").string(),
                   "--config", config.string()};
  for (const auto& line : lines_of(plain_config)) {
    const auto equals = line.find(" = ");
    if (equals == std::string::npos) continue;
    const std::string name = line.substr(0, equals);
    if (!all.contains(name) || name == "print-config") continue;
    off.push_back("--" + name + "=" + line.substr(equals + 3));
  }
  ASSERT_TRUE(succeeded(run_mnemo(off)));
  EXPECT_EQ(weights_of(folder.path() / "off"), weights_of(plain));
}

TEST(Knobs, ContradictionsAreRefusedByName) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  EXPECT_TRUE(refused(train(run, {{"inner-norm", "layer"}}), 2, {"--inner-norm", "--layers is 1"}));
  EXPECT_TRUE(refused(train(run, {{"sampling", "balanced"}, {"class-weights", "balanced"}}), 2,
                      {"--sampling balanced", "--class-weights balanced"}));
  EXPECT_TRUE(refused(train(run, {{"variational-dropout", "true"}, {"embedding-dropout", "0"}}), 2,
                      {"--variational-dropout", "--embedding-dropout"}));
  EXPECT_TRUE(
      refused(train(run, {{"unfreeze-steps", "5"}}), 2, {"--unfreeze-steps", "--init-from"}));
  EXPECT_FALSE(fs::exists(run));
}

TEST(AuxiliaryTasks, TrainAlongAndStayOutOfWhatIsShipped) {
  const TestFolder folder;
  std::ofstream data(folder.path() / "two.csv");
  data << "label,text,length\n";
  for (int i = 0; i < 120; ++i) {
    data << (i % 2 == 0 ? "pos,a lovely film" : "neg,a dull mess of a film") << " number " << i
         << (i % 3 == 0   ? ",short\n"
             : i % 3 == 1 ? ",long\n"
                          : ",\n");
  }
  data.close();
  const auto run = folder.path() / "run", other = folder.path() / "other";
  const Options two = {{"train", (folder.path() / "two.csv").string()},
                       {"aux-label-column", "length"},
                       {"language-weight", "0.2"},
                       {"vocab-size", "300"},
                       {"epochs", "2"}};
  ASSERT_TRUE(succeeded(train(run, two)));
  EXPECT_EQ(json_in(run / "meta.json").at("data").at("aux_labels"),
            (std::vector<std::string>{"long", "short"}));
  const auto exported = folder.path() / "model.pt";
  ASSERT_TRUE(succeeded(run_mnemo({"export", run.string(), "--out", exported.string()})));
  const auto predict = [&](const fs::path& model) {
    const auto outcome = run_mnemo({"predict", model.string(), "--threads=1"}, "a lovely film\n");
    EXPECT_TRUE(succeeded(outcome));
    return outcome.out;
  };
  EXPECT_EQ(predict(exported), predict(run));
  // Fine-tuned without them, and with them again.
  const auto begin_with = [&](const fs::path& start, const fs::path& out, const Arguments& more) {
    Arguments arguments = {"train",       "text",
                           "--train",     (folder.path() / "two.csv").string(),
                           "--out",       out.string(),
                           "--init-from", start.string(),
                           "--config",    (run / "config.ini").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_mnemo(arguments);
  };
  ASSERT_TRUE(succeeded(begin_with(run, other, {"--aux-label-column=", "--language-weight=0"})));
  ASSERT_TRUE(succeeded(begin_with(other, folder.path() / "third", {})));
  EXPECT_TRUE(refused(train(run, {{"aux-weight", "2"}, {"overwrite", "true"}}), 2,
                      {"--aux-weight", "--aux-label-column"}));
}

TEST(AuxiliaryTasks, SeriesLearnSecondLabelsAndForecastersTheirWindows) {
  const TestFolder folder;
  std::ofstream data(folder.path() / "series.csv");
  data << "id,label,speed,x\n";
  for (int id = 0; id < 40; ++id) {
    for (int step = 0; step < 6; ++step) {
      data << id << (id % 2 == 0 ? ",up," : ",down,")
           << (id % 3 == 0   ? ""
               : id % 3 == 1 ? "fast"
                             : "slow")
           << "," << (id % 2 == 0 ? step : -step) * (id % 3 + 1) << "\n";
    }
  }
  data.close();
  const auto file = (folder.path() / "series.csv").string();
  const auto run = (folder.path() / "series").string();
  ASSERT_TRUE(succeeded(run_mnemo({"train", "series", "--train", file, "--out", run, "--epochs=2",
                                   "--aux-label-column=speed", "--threads=1"})));
  EXPECT_EQ(json_in(fs::path(run) / "meta.json").at("settings").at("model").at("aux_classes"), 2);
  ASSERT_TRUE(succeeded(run_mnemo({"evaluate", run, "--data", file})))
      << "the column is no feature of this file either";
  const auto exported = (folder.path() / "series.pt").string();
  ASSERT_TRUE(succeeded(run_mnemo({"export", run, "--out", exported})));

  const auto forecaster = (folder.path() / "forecast").string();
  ASSERT_TRUE(succeeded(run_mnemo({"train", "forecast", "--train", sample("airline_passengers.csv"),
                                   "--out", forecaster, "--epochs=1", "--horizon=6",
                                   "--reconstruction-weight=0.5", "--threads=1"})));
  ASSERT_TRUE(succeeded(
      run_mnemo({"export", forecaster, "--out", (folder.path() / "forecast.pt").string()})));
}

}  // namespace
}  // namespace mnemo
