// mnemo train text: what a run is made of, and what becomes of it.
#include <chrono>
#include <csignal>
#include <thread>

#include "common/files.h"
#include "common/sha256.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Outcome evaluate(const fs::path& run, const std::string& data) {
  return run_mnemo({"evaluate", run.string(), "--data", data, "--json"});
}

TEST(Training, TheSameSeedGivesTheSameWeights) {
  const TestFolder folder;
  const auto run = [&](const char* name, const char* seed) {
    EXPECT_TRUE(succeeded(
        train(folder.path() / name, {{"seed", seed}, {"epochs", "2"}, {"threads", "2"}})));
    return weights_of(folder.path() / name);
  };
  const auto first = run("first", "5");
  EXPECT_EQ(run("again", "5"), first);
  EXPECT_NE(run("other", "6"), first);
}

TEST(Training, EncodesTextsOnceForRunsThatShareACache) {
  const TestFolder folder;
  const auto cache = folder.path() / "cache";
  const auto run = [&](const char* name) {
    EXPECT_TRUE(
        succeeded(train(folder.path() / name, {{"epochs", "1"}, {"cache-dir", cache.string()}})));
    return weights_of(folder.path() / name);
  };
  const auto first = run("first");
  fs::path entry;
  for (const auto& file : fs::directory_iterator(cache)) {
    if (file.path().extension() == ".tokens") entry = file.path();
  }
  ASSERT_FALSE(entry.empty());
  // A second name keeps the file: one written anew would be another file.
  fs::create_hard_link(entry, folder.path() / "kept");
  EXPECT_EQ(run("again"), first);
  EXPECT_EQ(std::distance(fs::directory_iterator(cache), {}), 2) << "the tokenizer, and texts once";
  EXPECT_TRUE(fs::equivalent(entry, folder.path() / "kept"));
}

TEST(Training, LogsALineAnEpoch) {
  const auto lines = lines_of(read_file(trained_run() / "metrics.jsonl"));
  const auto epochs =
      std::stoul(json_in(trained_run() / "meta.json")["result"]["best_epoch"].dump());
  ASSERT_GE(lines.size(), epochs);
  EXPECT_EQ(
      keys_of(json::parse(lines[0])),
      (std::vector<std::string>{"epoch", "gradient_norm", "learning_rate", "max_gradient_norm",
                                "seconds", "tokens_per_second", "train_accuracy", "train_loss",
                                "valid_accuracy", "valid_loss"}));
  for (size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(json::parse(lines[i]).at("epoch"), i + 1);
  EXPECT_GT(json::parse(lines[0]).at("learning_rate"), json::parse(lines[1]).at("learning_rate"));
}

TEST(Training, KeepsTheWeightsOfTheBestEpoch) {
  const auto result = json_in(trained_run() / "meta.json").at("result");
  const auto lines = lines_of(read_file(trained_run() / "metrics.jsonl"));
  double least = 1e9;
  for (const auto& line : lines) least = std::min<double>(least, json::parse(line)["valid_loss"]);
  EXPECT_EQ(result.at("valid_loss"), least);
}

TEST(Training, HoldsBackAShareForValidation) {
  const auto data = json_in(trained_run() / "meta.json").at("data");
  const int train_rows = data.at("train_rows"), valid_rows = data.at("valid_rows");
  EXPECT_NEAR(valid_rows / static_cast<double>(train_rows + valid_rows), 0.1, 0.01);
}

TEST(Training, QuietSaysNothing) {
  const TestFolder folder;
  const auto outcome = train(folder.path() / "run", {{"epochs", "1"}, {"quiet", "true"}});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_EQ(outcome.out + outcome.err, "");
}

TEST(Training, SaysALineAnEpochWithoutATerminal) {
  const TestFolder folder;
  const auto outcome = train(folder.path() / "run", {{"epochs", "2"}, {"patience", "0"}});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(contains(outcome.err, "\nepoch 1: train loss"));
  EXPECT_TRUE(contains(outcome.err, "\nepoch 2: train loss"));
  EXPECT_EQ(outcome.err.find('\r'), std::string::npos) << "a progress line is for terminals";
}

TEST(Training, CtrlCSavesAndExits130) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  Arguments command = small_training(run, {{"epochs", "100000"}, {"patience", "0"}});
  command.insert(command.begin(), MNEMO_BINARY);
  Process training(command);
  while (training.running() && !fs::exists(run / "weights.safetensors")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ASSERT_TRUE(training.running()) << training.wait().err;
  training.send(SIGINT);
  const auto outcome = training.wait();
  EXPECT_EQ(outcome.exit_code, 130) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, "interrupted"));
  EXPECT_EQ(json_in(run / "meta.json").at("status"), "interrupted");
  EXPECT_TRUE(succeeded(evaluate(run, sample("reviews_test.csv"))));
}

TEST(Training, DivergenceStopsItWithAdvice) {
  const TestFolder folder;
  const auto outcome = train(folder.path() / "run", {{"cell", "rnn"},
                                                     {"activation", "relu"},
                                                     {"learning-rate", "100"},
                                                     {"clip-norm", "0"},
                                                     {"epochs", "50"},
                                                     {"patience", "0"}});
  EXPECT_TRUE(refused(outcome, 1, {"epoch ", "step ", "not finite", "--learning-rate", "keeps"}));
  EXPECT_EQ(json_in(folder.path() / "run" / "meta.json").at("status"), "diverged");
  EXPECT_TRUE(succeeded(evaluate(folder.path() / "run", sample("reviews_test.csv"))));
}

TEST(Training, FindsALearningRateAndWritesNothing) {
  const TestFolder folder;
  const auto out = folder.path() / "run";
  const auto outcome = train(out, {{"find-learning-rate", "true"}});
  ASSERT_TRUE(succeeded(outcome));
  const auto lines = lines_of(outcome.out);
  EXPECT_EQ(lines.at(0), "learning_rate\tloss\tsmoothed_loss");
  EXPECT_GT(lines.size(), 50U);
  EXPECT_TRUE(contains(outcome.err, "try --learning-rate "));
  EXPECT_FALSE(fs::exists(out));
}

TEST(Training, TrainsWithAllTheKnobsOfALossAndItsSteps) {
  const TestFolder folder;
  const auto out = folder.path() / "run";
  const Options knobs = {{"label-smoothing", "0.1"},
                         {"class-weights", "balanced"},
                         {"clip-value", "0.1"},
                         {"accumulate", "2"},
                         {"average-decay", "0.9"},
                         {"dense-init", "xavier"},
                         {"forget-bias", "1"},
                         {"recurrent-init", "orthogonal"},
                         {"optimizer", "adamw"},
                         {"weight-decay", "0.01"},
                         {"schedule", "cosine"},
                         {"warmup-steps", "3"},
                         {"epochs", "8"},
                         {"patience", "0"}};
  ASSERT_TRUE(succeeded(train(out, knobs)));
  EXPECT_GT(json_in(out / "meta.json")["result"]["valid_accuracy"].get<double>(), 0.6);
  // Each switched off gives the plain numbers again.
  const auto plain = folder.path() / "plain", off = folder.path() / "off";
  ASSERT_TRUE(succeeded(train(plain)));
  ASSERT_TRUE(succeeded(train(off, {{"label-smoothing", "0"},
                                    {"class-weights", "none"},
                                    {"clip-value", "0"},
                                    {"accumulate", "1"},
                                    {"average-decay", "0"},
                                    {"dense-init", "pytorch"},
                                    {"recurrent-init", "pytorch"},
                                    {"forget-bias", "0"}})));
  EXPECT_EQ(read_file(off / "weights.safetensors"), read_file(plain / "weights.safetensors"));
  EXPECT_NE(read_file(out / "weights.safetensors"), read_file(plain / "weights.safetensors"));
}

TEST(Training, TakesAnEmptyFolder) {
  const TestFolder folder;
  EXPECT_TRUE(succeeded(train(folder.path(), {{"epochs", "1"}})));
  EXPECT_TRUE(fs::exists(folder.path() / "weights.safetensors"));
}

TEST(Training, OverwritesOnlyWhenToldAndOnlyWhenItWorks) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  fs::copy(trained_run(), run);
  const auto old = weights_of(run);
  EXPECT_TRUE(refused(train(run), 1, {run.string(), "--overwrite"}));
  const auto bad = folder.write("bad.csv", "label,text\npos,a,b\n").string();
  EXPECT_TRUE(refused(train(run, {{"overwrite", "true"}, {"train", bad}}), 1, {"bad.csv:2"}));
  EXPECT_EQ(weights_of(run), old);
  EXPECT_TRUE(succeeded(evaluate(run, sample("reviews_test.csv"))));
  EXPECT_TRUE(succeeded(train(run, {{"overwrite", "true"}, {"seed", "9"}, {"epochs", "1"}})));
  EXPECT_NE(weights_of(run), old);
  EXPECT_TRUE(succeeded(evaluate(run, sample("reviews_test.csv"))));
}

TEST(Training, LearnsFromChineseReviews) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(train(run, {{"train", sample("reviews_zh_train.csv")},
                                    {"vocab-size", "2000"},
                                    {"learning-rate", "0.005"},
                                    {"bidirectional", "true"},
                                    {"epochs", "12"},
                                    {"patience", "0"}})));
  const auto outcome = evaluate(run, sample("reviews_zh_test.csv"));
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_GT(json::parse(outcome.out).at("accuracy_interval").at(0).get<double>(), 0.5);
}

TEST(Training, LearnsManyLabelsWhateverTheirNames) {
  const TestFolder folder;
  std::string rows;
  for (int i = 0; i < 40; ++i) {
    const auto number = std::to_string(i);
    rows += json{{"label", "tea\tand milk"}, {"text", "a cup of tea " + number}}.dump() + "\n";
    rows += json{{"label", "天气"}, {"text", "rain and wind all day " + number}}.dump() + "\n";
    rows += json{{"label", "10"}, {"text", "the train was late " + number}}.dump() + "\n";
  }
  const auto data = folder.write("topics.jsonl", rows).string();
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(train(run, {{"train", data}, {"epochs", "15"}, {"patience", "0"}})));
  EXPECT_EQ(json_in(run / "meta.json")["settings"]["labels"],
            (std::vector<std::string>{"10", "tea\tand milk", "天气"}));
  const auto answers = run_mnemo({"predict", run.string(), "--top=3"},
                                 "a cup of tea\nthe train was late\nrain and wind\n");
  const auto lines = lines_of(answers.out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].starts_with("tea\\tand milk\t")) << lines[0];
  EXPECT_TRUE(lines[1].starts_with("10\t")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with("天气\t")) << lines[2];
}

TEST(Training, TakesTheUsersOwnTokenizer) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const auto tokenizer = trained_run() / "tokenizer.model";
  const Arguments arguments = {"train",
                               "text",
                               "--train",
                               sample("reviews_train.csv"),
                               "--out",
                               run.string(),
                               "--tokenizer",
                               tokenizer.string(),
                               "--epochs=1",
                               "--hidden-size=8",
                               "--embedding-dim=8"};
  ASSERT_TRUE(succeeded(run_mnemo(arguments)));
  EXPECT_EQ(read_file(run / "tokenizer.model"), read_file(tokenizer));
  EXPECT_EQ(json_in(run / "meta.json")["settings"]["model"]["vocab_size"], 1000);
}

class TokenizerTypes : public testing::TestWithParam<std::string> {};

TEST_P(TokenizerTypes, TrainAndTravelWithTheExport) {
  const TestFolder folder;
  const auto run = folder.path() / "run", exported = folder.path() / "model.pt";
  ASSERT_TRUE(succeeded(train(run, {{"tokenizer-type", GetParam()}, {"epochs", "1"}})));
  ASSERT_TRUE(succeeded(run_mnemo({"export", run.string(), "--out", exported.string()})));
  EXPECT_EQ(json::parse(evaluate(exported, sample("reviews_test.csv")).out).at("confusion"),
            json::parse(evaluate(run, sample("reviews_test.csv")).out).at("confusion"));
}

INSTANTIATE_TEST_SUITE_P(Training, TokenizerTypes, testing::Values("bpe", "char", "word"),
                         [](const auto& test) { return test.param; });

TEST(Training, RecordsWhatItWasTrainedOn) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  const auto valid = sample("reviews_test.csv");
  ASSERT_TRUE(succeeded(train(run, {{"valid", valid}, {"epochs", "1"}})));
  const auto data = json_in(run / "meta.json").at("data");
  EXPECT_EQ(data.at("train_file_sha256"), sha256_hex(read_file(sample("reviews_train.csv"))));
  EXPECT_EQ(data.at("valid_file_sha256"), sha256_hex(read_file(valid)));
}

TEST(Training, ShrinksAVocabularyThatTheDataCannotFill) {
  const TestFolder folder;
  const auto outcome = train(folder.path() / "run", {{"vocab-size", "900000"}, {"epochs", "1"}});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "--vocab-size 900000 was shrunk"));
  EXPECT_LT(json_in(folder.path() / "run" / "meta.json")["settings"]["model"]["vocab_size"], 20000);
}

TEST(Training, TakesEmptyTextsAndATextOfFiveMegabytes) {
  const TestFolder folder;
  std::string huge;
  for (int i = 0; huge.size() < 5'000'000; ++i) huge += "word" + std::to_string(i % 977) + " ";
  std::string rows = "label,text\npos,\nneg,\npos," + huge + "\n";
  for (int i = 0; i < 20; ++i)
    rows += (i % 2 ? "neg,dull day " : "pos,fine day ") + std::to_string(i) + "\n";
  const auto data = folder.write("huge.csv", rows).string();
  const auto outcome = train(folder.path() / "run", {{"train", data}, {"epochs", "1"}});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "huge.csv: 2 texts are empty"));
}

TEST(Training, CountsLabelsThatItNeverSawAsWrong) {
  const TestFolder folder;
  const auto data = folder.write("strange.csv", "label,text\npos,fine\nodd,fine\nneg,\n").string();
  const auto outcome = evaluate(trained_run(), data);
  ASSERT_TRUE(succeeded(outcome));
  const auto result = json::parse(outcome.out);
  EXPECT_EQ(result.at("n"), 3);
  EXPECT_LE(result.at("accuracy").get<double>(), 2.0 / 3 + 1e-9);
  EXPECT_EQ(keys_of(result.at("classes")).size(), 2U);
  EXPECT_TRUE(
      contains(outcome.err, "strange.csv: 1 row has a label that training never saw (odd)"));
  EXPECT_TRUE(contains(outcome.err, "strange.csv: 1 text is empty"));
}

}  // namespace
}  // namespace mnemo
