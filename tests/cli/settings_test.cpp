// Options, presets and config files.
#include <set>

#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// Reads what --print-config prints: the value of each option.
Options settings_of(const Arguments& options) {
  Arguments arguments = {"train", "text", "--print-config"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const auto outcome = run_mnemo(arguments);
  EXPECT_TRUE(succeeded(outcome));
  Options settings;
  for (const auto& line : lines_of(outcome.out)) {
    const auto equals = line.find(" = ");
    EXPECT_NE(equals, std::string::npos) << line;
    settings[line.substr(0, equals)] = line.substr(equals + 3);
  }
  return settings;
}

Outcome train_with(const Arguments& options) {
  Arguments arguments = {"train", "text"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return run_mnemo(arguments);
}

TEST(Settings, PrintedSettingsAreAConfigFileOfTheSame) {
  const TestFolder folder;
  const Arguments options = {"train",
                             "text",
                             "--print-config",
                             "--preset=article",
                             "--epochs=7",
                             "--seed=18446744073709551615",
                             "--train=a #1.csv",
                             "--pooling=last,max"};
  const auto printed = run_mnemo(options);
  ASSERT_TRUE(succeeded(printed));
  const auto config = folder.write("all.ini", printed.out).string();
  const auto again = run_mnemo({"train", "text", "--print-config", "--config", config});
  EXPECT_EQ(again.out, printed.out) << again.err;
  EXPECT_TRUE(contains(printed.out, "epochs = 7\n"));
  EXPECT_TRUE(contains(printed.out, "train = a #1.csv\n"));
}

TEST(Settings, ARunsOwnConfigTrainsItAgain) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const auto config = (trained_run() / "config.ini").string();
  ASSERT_TRUE(succeeded(train_with({"--config", config, "--out", run.string(), "--quiet"})));
  EXPECT_EQ(json_in(run / "meta.json").at("files"), [&] {
    auto files = json_in(trained_run() / "meta.json").at("files");
    files["metrics.jsonl"] = json_in(run / "meta.json")["files"]["metrics.jsonl"];  // times differ
    return files;
  }());
}

TEST(Settings, ACompleteConfigMayNameATokenizerOrAValidationFile) {
  const TestFolder folder;
  const auto tokenizer = (trained_run() / "tokenizer.model").string();
  const auto printed = run_mnemo({"train", "text", "--print-config", "--tokenizer", tokenizer,
                                  "--train", sample("reviews_train.csv"), "--valid",
                                  sample("reviews_test.csv"), "--epochs=1", "--hidden-size=8"});
  const auto config = folder.write("all.ini", printed.out).string();
  EXPECT_TRUE(succeeded(
      train_with({"--config", config, "--out", (folder.path() / "run").string(), "--quiet"})));
}

TEST(Settings, CommandLineOverConfigOverPresetOverDefault) {
  const TestFolder folder;
  const auto config =
      folder.write("some.ini", "# mine\nepochs = 6\n\nbatch-size=8\npreset = article\n").string();
  auto settings = settings_of({"--config", config, "--epochs=3"});
  EXPECT_EQ(settings["epochs"], "3");             // the command line's
  EXPECT_EQ(settings["batch-size"], "8");         // the config file's
  EXPECT_EQ(settings["max-length"], "100");       // the preset's
  EXPECT_EQ(settings["learning-rate"], "0.001");  // the default
  EXPECT_EQ(settings_of({"--config", config, "--preset=default"})["max-length"], "800");
}

TEST(Settings, TheArticlePresetIsTheArticlesModel) {
  const auto settings = settings_of({"--preset=article"});
  const Options expected = {
      {"vocab-size", "10000"},    {"max-length", "100"},      {"embedding-dim", "128"},
      {"cell", "lstm"},           {"hidden-size", "256"},     {"layers", "1"},
      {"bidirectional", "false"}, {"pooling", "attention"},   {"heads", "4"},
      {"dropout", "0.5"},         {"embedding-dropout", "0"}, {"word-dropout", "0"},
      {"truncate", "head"},       {"norm", "batch"},          {"learning-rate", "0.001"},
      {"batch-size", "32"},       {"epochs", "10"},           {"patience", "0"},
      {"clip-norm", "0"}};
  for (const auto& [name, value] : expected) EXPECT_EQ(settings.at(name), value) << name;
}

TEST(Settings, TheArticlePresetTrains) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(train(run, {{"preset", "article"}, {"epochs", "1"}})));
  const auto model = json_in(run / "meta.json")["settings"]["model"];
  EXPECT_EQ(model.at("norm"), "batch");
  EXPECT_EQ(model.at("pooling"), std::vector<std::string>{"attention"});
}

TEST(Settings, HelpListsEveryOptionWithItsDefault) {
  const auto help = train_with({"--help"});
  ASSERT_TRUE(succeeded(help));
  for (const auto& [name, value] : settings_of({})) {
    const auto at = help.out.find("\n  --" + name + " ");
    ASSERT_NE(at, std::string::npos) << name;
    const auto line = help.out.substr(at, help.out.find('\n', at + 1) - at);
    EXPECT_TRUE(contains(line, "(=" + (value.empty() ? "none" : value) + ")"));
  }
  for (const char* name : {"--out", "--config", "--print-config", "--quiet", "--overwrite"}) {
    EXPECT_TRUE(contains(help.out, name));
  }
}

TEST(Settings, EveryCommandHelps) {
  const std::map<std::string, Arguments> options = {
      {"evaluate", {"--data", "--json", "--quiet", "--text-column", "--label-column", "--threads"}},
      {"predict", {"--input", "--format", "--top", "--text-column", "--threads", "--precision"}},
      {"export", {"--out", "--overwrite"}},
      {"import", {}},
      {"pretrain", {}},
      {"info", {"--json"}},
      {"diagnose", {"--json"}},
      {"generate", {"adding-problem"}}};
  for (const auto& [command, names] : options) {
    const auto help = run_mnemo({command, "--help"});
    ASSERT_TRUE(succeeded(help)) << command;
    EXPECT_TRUE(contains(help.out, "usage: mnemo " + command));
    for (const auto& name : names) EXPECT_TRUE(contains(help.out, name + " ")) << command;
  }
  const auto overview = run_mnemo({"--help"});
  ASSERT_TRUE(succeeded(overview));
  for (const auto& item : options) EXPECT_TRUE(contains(overview.out, "\n  " + item.first));
}

TEST(Settings, HelpOfACommandIsItsHelp) {
  const auto help = run_mnemo({"help", "train", "text"});
  ASSERT_TRUE(succeeded(help));
  EXPECT_EQ(help.out, run_mnemo({"train", "text", "--help"}).out);
  EXPECT_EQ(run_mnemo({"help"}).out, run_mnemo({"--help"}).out);
  EXPECT_TRUE(refused(run_mnemo({"help", "trian"}), 2, {"did you mean train?"}));
}

TEST(Settings, VersionIsOneLine) {
  const auto outcome = run_mnemo({"--version"});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(outcome.out.starts_with("mnemo ")) << outcome.out;
  EXPECT_EQ(lines_of(outcome.out).size(), 1U);
}

struct RefusedSetting {
  std::string name;
  Arguments options;
  Arguments parts;  // of the message
};

void PrintTo(const RefusedSetting& refusal, std::ostream* stream) { *stream << refusal.name; }

class BadOptions : public testing::TestWithParam<RefusedSetting> {};

TEST_P(BadOptions, AreRefusedBeforeAnythingIsDone) {
  const TestFolder folder;
  const auto out = folder.path() / "run";
  Arguments options = {"--train", sample("reviews_train.csv"), "--out", out.string()};
  options.insert(options.end(), GetParam().options.begin(), GetParam().options.end());
  EXPECT_TRUE(refused(train_with(options), 2, GetParam().parts));
  EXPECT_FALSE(fs::exists(out));
}

INSTANTIATE_TEST_SUITE_P(
    Settings, BadOptions,
    testing::Values(
        RefusedSetting{"Unknown", {"--learing-rate=1"}, {"--learing-rate", "mean --learning-rate"}},
        RefusedSetting{"UnknownLikeNone", {"--wibble"}, {"--wibble", "--help"}},
        RefusedSetting{"Abbreviated", {"--epoch=1"}, {"did you mean --epochs"}},
        RefusedSetting{"TooSmall", {"--layers=0"}, {"--layers 0", "from 1 to"}},
        RefusedSetting{"TooLarge", {"--dropout=1"}, {"--dropout 1", "from 0 to 0.99"}},
        RefusedSetting{"DecayFactorOfLinear", {"--decay-factor=0.1"}, {"--decay-factor", "step"}},
        RefusedSetting{"WarmUpOfOneCycle",
                       {"--schedule=one-cycle", "--warmup-steps=3"},
                       {"--warmup-steps", "one-cycle"}},
        RefusedSetting{"DecayEpochsOfExponential",
                       {"--schedule=exponential", "--decay-epochs=1"},
                       {"--decay-epochs", "plateau"}},
        RefusedSetting{"NoNumber", {"--batch-size=x"}, {"--batch-size x", "whole number"}},
        RefusedSetting{"Fraction", {"--layers=1.5"}, {"--layers 1.5", "whole number"}},
        RefusedSetting{"NotANumber", {"--learning-rate=nan"}, {"--learning-rate nan"}},
        RefusedSetting{"NegativeSeed", {"--seed=-1"}, {"--seed -1", "at least 0"}},
        RefusedSetting{"UnknownChoice", {"--truncate=heads"}, {"head, tail, both", "mean head"}},
        RefusedSetting{"SwappedLetters", {"--cell=lsmt"}, {"lstm, gru, rnn", "mean lstm"}},
        RefusedSetting{"NoFlag", {"--lowercase=maybe"}, {"--lowercase", "true or false"}},
        RefusedSetting{"ListWithRepetition", {"--pooling=max,max"}, {"--pooling max,max", "twice"}},
        RefusedSetting{"EmptyList", {"--pooling="}, {"--pooling"}},
        RefusedSetting{"GivenTwice", {"--epochs=1", "--epochs=2"}, {"--epochs", "more than once"}},
        RefusedSetting{"NoValue", {"--batch-size"}, {"--batch-size", "missing"}},
        RefusedSetting{"ExtraArgument", {"surplus"}, {"argument too many", "usage"}},
        RefusedSetting{
            "UnknownPreset", {"--preset=artikle"}, {"default, best, article", "mean article"}},
        RefusedSetting{"HeadsDoNotDivide", {"--heads=3", "--hidden-size=8"}, {"--heads 3", "16"}},
        RefusedSetting{"ActivationOfALstm", {"--activation=relu"}, {"--activation", "--cell rnn"}},
        RefusedSetting{
            "DropoutBetweenNoLayers", {"--layer-dropout=0.2"}, {"--layer-dropout", "--layers"}},
        RefusedSetting{"HeadsOfTheWidth",
                       {"--cell=transformer", "--attention-heads=3", "--heads=2"},
                       {"--attention-heads 3", "width 128"}},
        RefusedSetting{
            "HeadsOfAnLstm", {"--attention-heads=2"}, {"--attention-heads", "--cell lstm"}},
        RefusedSetting{
            "PositionsOfAnLstm", {"--positions=learned"}, {"--positions", "--cell lstm"}},
        RefusedSetting{
            "InnerUnitsOfAnLstm", {"--feedforward-size=9"}, {"--feedforward-size", "lstm"}},
        RefusedSetting{"ActivationOfATransformer",
                       {"--cell=transformer", "--activation=relu"},
                       {"--activation", "GELU"}},
        RefusedSetting{"ForgetBiasOfATransformer",
                       {"--cell=transformer", "--forget-bias=1"},
                       {"--forget-bias", "--cell lstm"}},
        RefusedSetting{"ForgetBiasOfAGru",
                       {"--cell=gru", "--forget-bias=1"},
                       {"--forget-bias", "--cell lstm"}},
        RefusedSetting{"VariationalDropoutOfNothing",
                       {"--variational-dropout", "--embedding-dropout=0"},
                       {"--variational-dropout", "--embedding-dropout", "--layer-dropout"}},
        RefusedSetting{"VariationalDropoutInsideATransformer",
                       {"--cell=transformer", "--variational-dropout", "--layer-dropout=0.1",
                        "--embedding-dropout=0"},
                       {"--variational-dropout", "inside a transformer"}},
        RefusedSetting{"UnfreezingAtRandom",
                       {"--unfreeze-steps=10"},
                       {"--unfreeze-steps", "--init-from", "--embedding-vectors"}},
        RefusedSetting{"RecurrentInitOfATransformer",
                       {"--cell=transformer", "--recurrent-init=orthogonal"},
                       {"--recurrent-init", "--cell transformer"}},
        RefusedSetting{"TokenizerAndItsSize",
                       {"--tokenizer=t.model", "--vocab-size=500"},
                       {"--vocab-size", "--tokenizer", "contradict"}},
        RefusedSetting{"TwoStarts",
                       {"--init-weights=w", "--init-from=r"},
                       {"--init-weights", "--init-from", "contradict"}},
        RefusedSetting{"RunAndTokenizer",
                       {"--init-from=r", "--tokenizer=t.model"},
                       {"--tokenizer", "--init-from", "contradict"}},
        RefusedSetting{"RunAndItsTokenizersSize",
                       {"--init-from=r", "--vocab-size=500"},
                       {"--vocab-size", "--init-from", "contradict"}},
        RefusedSetting{"GivenWeightsAndTheirStart",
                       {"--init-from=r", "--embedding-std=1"},
                       {"--embedding-std", "--init-from"}},
        RefusedSetting{"VectorsOfOtherPieces",
                       {"--embedding-vectors=v.txt"},
                       {"--embedding-vectors", "--tokenizer-type word"}},
        RefusedSetting{"VectorsAndWeights",
                       {"--embedding-vectors=v.txt", "--init-weights=w", "--tokenizer-type=word"},
                       {"--embedding-vectors", "--init-weights", "contradict"}},
        RefusedSetting{"FrozenAtRandom", {"--freeze-embedding"}, {"--freeze-embedding", "random"}},
        RefusedSetting{"ValidAndItsShare",
                       {"--valid=v.csv", "--valid-share=0.2"},
                       {"--valid-share", "--valid", "contradict"}}),
    [](const auto& test) { return test.param.name; });

struct BadConfig {
  std::string name;
  std::string content;
  Arguments parts;  // of the message
};

void PrintTo(const BadConfig& config, std::ostream* stream) { *stream << config.name; }

class BadConfigs : public testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigs, AreRefusedByLine) {
  const TestFolder folder;
  const auto config = folder.write("my.ini", GetParam().content).string();
  EXPECT_TRUE(refused(train_with({"--config", config}), 2, GetParam().parts));
}

INSTANTIATE_TEST_SUITE_P(
    Settings, BadConfigs,
    testing::Values(
        BadConfig{"UnknownKey", "seed = 2\nepohcs = 3\n", {"my.ini:2", "mean --epochs"}},
        BadConfig{"KeyLikeNone", "wibble = 3\n", {"my.ini:1", "--wibble", "--help"}},
        BadConfig{"NoKey", "\n# x\nepochs 3\n", {"my.ini:3", "option = value", "epochs 3"}},
        BadConfig{"Section", "[training]\nepochs = 3\n", {"my.ini:1", "option = value"}},
        BadConfig{"KeyTwice", "epochs = 3\nepochs = 4\n", {"my.ini:2", "--epochs", "second"}},
        BadConfig{"OutOfRange", "seed = 2\nlayers = 0\n", {"my.ini:2", "--layers 0", "from 1 to"}},
        BadConfig{"OnlyForTheCommandLine", "out = x\n", {"my.ini:1", "--out", "command line"}},
        BadConfig{"Help", "help = true\n", {"my.ini:1", "--help", "command line"}}),
    [](const auto& test) { return test.param.name; });

TEST(Settings, AConfigThatCannotBeReadIsRefused) {
  const TestFolder folder;
  EXPECT_TRUE(refused(train_with({"--config=nowhere.ini"}), 1, {"nowhere.ini", "No such file"}));
  EXPECT_TRUE(
      refused(train_with({"--config", folder.path().string()}), 1, {folder.path().string()}));
}

TEST(Settings, CommandsAskForWhatTheyNeed) {
  EXPECT_TRUE(refused(run_mnemo({"trian"}), 2, {"trian", "mean train"}));
  EXPECT_TRUE(refused(run_mnemo({"train", "txet"}), 2, {"txet", "text"}));
  EXPECT_TRUE(refused(run_mnemo({"train", "text"}), 2, {"--train is missing"}));
  EXPECT_TRUE(refused(train_with({"--train=x.csv"}), 2, {"--out is missing"}));
  EXPECT_TRUE(refused(run_mnemo({"export", "run", "--out", "model.onnx"}), 2,
                      {"model.onnx", "TorchScript", "export_onnx.py"}));
  EXPECT_TRUE(refused(run_mnemo({"evaluate"}), 2, {"run folder", "exported model"}));
  EXPECT_TRUE(refused(run_mnemo({"evaluate", "run"}), 2, {"--data is missing"}));
  EXPECT_TRUE(refused(run_mnemo({"predict"}), 2, {"run folder", "exported model"}));
  EXPECT_TRUE(refused(run_mnemo({"export"}), 2, {"run folder"}));
  EXPECT_TRUE(refused(run_mnemo({"export", "run"}), 2, {"--out is missing"}));
  EXPECT_TRUE(refused(run_mnemo({"info"}), 2, {"run folder", "exported model"}));
  EXPECT_TRUE(refused(run_mnemo({"import", "txet"}), 2, {"mnemo import txet", "mean text"}));
  EXPECT_TRUE(refused(run_mnemo({"import", "text"}), 2, {"safetensors"}));
  EXPECT_TRUE(refused(run_mnemo({"import", "text", "w"}), 2, {"--config is missing"}));
  EXPECT_TRUE(refused(run_mnemo({"import", "text", "w", "--config=c"}), 2, {"--out is missing"}));
  const auto config = (trained_run() / "config.ini").string();
  EXPECT_TRUE(refused(run_mnemo({"import", "text", "w", "--config", config, "--out=r"}), 2,
                      {"--labels: name the labels"}));
  EXPECT_TRUE(refused(run_mnemo({"import", "series", "w", "--config=c", "--out=r"}), 2,
                      {"--train is missing"}));
}

}  // namespace
}  // namespace mnemo
