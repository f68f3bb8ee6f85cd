// A linear part of n-grams beside the layers of a text classifier, through the program.
#include <chrono>
#include <cmath>
#include <csignal>
#include <thread>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

double accuracy_of(const fs::path& model) {
  const auto outcome = run_mnemo(
      {"evaluate", model.string(), "--data", sample("reviews_test.csv"), "--json", "--quiet"});
  EXPECT_TRUE(succeeded(outcome));
  return number(nlohmann::json::parse(outcome.out), "accuracy");
}

TEST(Ngrams, JoinTheLayersOnceTheseHaveLearnt) {
  const TestFolder folder;
  const auto run = folder.path() / "run", plain = folder.path() / "plain";
  const auto outcome = train(run, {{"ngrams", "2"}});
  ASSERT_TRUE(succeeded(outcome));
  EXPECT_TRUE(contains(outcome.err, "of 1 to 2 pieces; validation loss "));
  EXPECT_TRUE(contains(outcome.err, "of the recurrent layers' logits"));
  ASSERT_TRUE(succeeded(train(plain, {{"ngrams", "0"}})));
  EXPECT_EQ(lines_of(read_file(run / "metrics.jsonl")).size(),
            lines_of(read_file(plain / "metrics.jsonl")).size());

  const auto meta = json_in(run / "meta.json"), before = json_in(plain / "meta.json");
  const auto& result = meta.at("result");
  const auto& ngrams = result.at("ngrams");
  EXPECT_EQ(meta.at("status"), "finished");
  EXPECT_EQ(meta.at("settings").at("model").at("ngrams"), 2);
  EXPECT_EQ(meta.at("settings").at("model").at("ngram_count"), ngrams.at("count"));
  EXPECT_NEAR(number(ngrams, "recurrent_valid_loss"), number(before.at("result"), "valid_loss"),
              1e-6)
      << "the layers learn as they do without";
  EXPECT_LT(number(result, "valid_loss"), number(ngrams, "recurrent_valid_loss"));
  EXPECT_LE(number(result, "valid_loss"), number(ngrams, "valid_loss"));
  const auto accuracy = std::to_string(number(result, "valid_accuracy")).substr(0, 4);
  EXPECT_TRUE(contains(lines_of(outcome.err).back(), "validation accuracy " + accuracy));

  const auto info = run_mnemo({"info", run.string()});
  EXPECT_TRUE(contains(info.out, "n-grams    " + ngrams.at("count").dump() + " of 1 to 2 pieces"));
  EXPECT_TRUE(contains(read_file(run / "report.html"), "n-grams beside the layers"));

  const auto model = folder.path() / "model.pt";
  ASSERT_TRUE(succeeded(run_mnemo({"export", run.string(), "--out", model.string()})));
  EXPECT_NEAR(accuracy_of(model), accuracy_of(run), 1e-9);
  EXPECT_GT(accuracy_of(run), accuracy_of(plain) - 0.02);
}

TEST(Ngrams, AreNotInWhatAnInterruptionLeaves) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  Arguments command =
      small_training(run, {{"ngrams", "2"}, {"epochs", "10000"}, {"patience", "0"}});
  command.insert(command.begin(), MNEMO_BINARY);
  Process process(command);
  while (process.running() && !fs::exists(run / "weights.safetensors")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  process.send(SIGTERM);
  EXPECT_EQ(process.wait().exit_code, 143);
  const auto meta = json_in(run / "meta.json");
  EXPECT_EQ(meta.at("status"), "interrupted");
  EXPECT_EQ(meta.at("settings").at("model").at("ngrams"), 0);
  EXPECT_FALSE(meta.at("result").contains("ngrams"));
  EXPECT_GT(accuracy_of(run), 0.4);
}

TEST(Ngrams, AreExplainedByThePiecesTheyAreMadeOf) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  ASSERT_TRUE(succeeded(train(run, {{"ngrams", "3"}})));
  const std::string review = "A warm, funny and beautifully acted film. The ending is dull!";
  const auto outcome = run_mnemo({"explain", run.string(), "--text", review, "--format=jsonl"});
  ASSERT_TRUE(succeeded(outcome));
  const auto found = nlohmann::json::parse(outcome.out);
  double sum = 0.0;
  for (const auto& word : found.at("words")) sum += number(word, "contribution");
  const double difference = number(found, "log_odds") - number(found, "baseline");
  EXPECT_NEAR(sum, difference, 0.01 * std::abs(difference));
  EXPECT_LT(number(found, "completeness_error"), 0.01);
  const auto answer = lines_of(run_mnemo({"predict", run.string()}, review).out).at(0);
  const double p = std::stod(answer.substr(answer.find('\t') + 1));
  EXPECT_NEAR(number(found, "log_odds"), std::log(p / (1.0 - p)), 1e-4) << "with the n-grams";
}

TEST(Ngrams, OfAnEarlierRunAreCountedAnewOrLeftOut) {
  const TestFolder folder;
  const auto run = folder.path() / "run", with = folder.path() / "with",
             without = folder.path() / "without";
  ASSERT_TRUE(succeeded(train(run, {{"ngrams", "2"}, {"epochs", "1"}})));
  for (const auto& [out, ngrams] : {std::pair(with, 1), std::pair(without, 0)}) {
    ASSERT_TRUE(succeeded(run_mnemo({"train", "text", "--config", (run / "config.ini").string(),
                                     "--out", out.string(), "--init-from", run.string(),
                                     "--ngrams=" + std::to_string(ngrams)})));
    const auto settings = json_in(out / "meta.json").at("settings").at("model");
    EXPECT_EQ(settings.at("ngrams"), ngrams);
    EXPECT_GT(accuracy_of(out), 0.5);
  }
}

TEST(Ngrams, ComeAlongInAnImport) {
  const TestFolder folder;
  const auto run = folder.path() / "run", imported = folder.path() / "imported";
  ASSERT_TRUE(succeeded(train(run, {{"ngrams", "2"}, {"epochs", "1"}})));
  const auto import_with = [&](const fs::path& config) {
    return run_mnemo({"import", "text", (run / "weights.safetensors").string(), "--config",
                      config.string(), "--tokenizer", (run / "tokenizer.model").string(),
                      "--labels=neg,pos", "--out", imported.string(), "--overwrite"});
  };
  EXPECT_TRUE(refused(import_with(folder.write("plain.ini",
                                               "ngrams = 0\nhidden-size = 32\n"
                                               "embedding-dim = 32\n"
                                               "bidirectional = false\n")),
                      1, {"unexpected ngrams.keys"}));
  ASSERT_TRUE(succeeded(import_with(run / "config.ini")));
  EXPECT_EQ(accuracy_of(imported), accuracy_of(run));
  EXPECT_TRUE(refused(train(folder.path() / "no", {{"ngrams", "6"}}), 2, {"--ngrams", "5"}));
}

}  // namespace
}  // namespace mnemo
