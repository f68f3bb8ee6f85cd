// The straight road: train, evaluate, predict, export, and ask what it is.
#include <fmt/format.h>

#include <algorithm>

#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json evaluation(const fs::path& model) {
  const auto outcome = run_mnemo(
      {"evaluate", model.string(), "--data", sample("reviews_test.csv"), "--json", "--threads=1"});
  EXPECT_TRUE(succeeded(outcome));
  return json::parse(outcome.out, nullptr, /*allow_exceptions=*/false);
}

std::string predictions(const fs::path& model) {
  const auto outcome = run_mnemo(
      {"predict", model.string(), "--threads=1", "--top=2", "--input", sample("reviews_test.csv")});
  EXPECT_TRUE(succeeded(outcome));
  return outcome.out;
}

// Each number of `b` as far from that of `a` as rounding allows.
void expect_near(const json& a, const json& b, double tolerance) {
  const auto flat_a = a.flatten(), flat_b = b.flatten();
  ASSERT_EQ(keys_of(flat_a), keys_of(flat_b));
  for (const auto& item : flat_a.items()) {
    const auto& other = flat_b.at(item.key());
    if (item.value().is_number()) {
      EXPECT_NEAR(item.value().get<double>(), other.get<double>(), tolerance) << item.key();
    } else {
      EXPECT_EQ(item.value(), other) << item.key();
    }
  }
}

TEST(Workflow, ARunHoldsItsFilesAndNothingElse) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(trained_run())) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  EXPECT_EQ(names,
            (std::vector<std::string>{"config.ini", "evaluation.json", "meta.json", "metrics.jsonl",
                                      "report.html", "tokenizer.model", "weights.safetensors"}));
}

TEST(Workflow, LearnsMoreThanChance) {
  const auto interval = evaluation(trained_run()).at("accuracy_interval");
  EXPECT_GT(interval.at(0).get<double>(), 0.5);
}

TEST(Workflow, EvaluationHasTheKeysThatWerePromised) {
  const auto result = evaluation(trained_run());
  EXPECT_EQ(keys_of(result),
            (std::vector<std::string>{"accuracy", "accuracy_interval", "classes", "confusion",
                                      "loss", "macro_f1", "macro_precision", "macro_recall", "n",
                                      "part", "task"}));
  EXPECT_EQ(result.at("task"), "text");
  ASSERT_EQ(result.at("classes").size(), 2U);
  const auto& first = result.at("classes").at(0);
  EXPECT_EQ(keys_of(first),
            (std::vector<std::string>{"f1", "label", "precision", "recall", "support"}));
  EXPECT_EQ(first.at("label"), "neg");
}

TEST(Workflow, EvaluationFollowsFromItsConfusion) {
  const auto result = evaluation(trained_run());
  const auto confusion = result.at("confusion").get<std::vector<std::vector<int>>>();
  const int hits = confusion[0][0] + confusion[1][1];
  const int n = hits + confusion[0][1] + confusion[1][0];
  EXPECT_EQ(result.at("n"), n);
  EXPECT_EQ(result.at("classes").at(0).at("support"), confusion[0][0] + confusion[0][1]);
  EXPECT_DOUBLE_EQ(result.at("accuracy"), static_cast<double>(hits) / n);
  EXPECT_DOUBLE_EQ(result.at("classes").at(0).at("precision"),
                   static_cast<double>(confusion[0][0]) / (confusion[0][0] + confusion[1][0]));
  EXPECT_LT(result.at("accuracy_interval").at(0), result.at("accuracy"));
  EXPECT_GT(result.at("accuracy_interval").at(1), result.at("accuracy"));
}

TEST(Workflow, EvaluationAsATableNamesTheSameFigures) {
  const auto outcome =
      run_mnemo({"evaluate", trained_run().string(), "--data", sample("reviews_test.csv")});
  ASSERT_TRUE(succeeded(outcome));
  const double accuracy = evaluation(trained_run()).at("accuracy");
  EXPECT_TRUE(contains(outcome.out, fmt::format("accuracy  {:.4f} ", accuracy)));
  EXPECT_TRUE(contains(outcome.out, "confusion"));
}

TEST(Workflow, TheExportMeasuresAsTheRun) {
  expect_near(evaluation(trained_run()), evaluation(exported_model()), 1e-6);
}

TEST(Workflow, TheExportAnswersAsTheRun) {
  const auto run = lines_of(predictions(trained_run()));
  const auto exported = lines_of(predictions(exported_model()));
  ASSERT_EQ(run.size(), exported.size());
  ASSERT_EQ(run.size(), evaluation(trained_run()).at("n").get<size_t>());
  for (size_t i = 0; i < run.size(); ++i) {
    EXPECT_EQ(run[i].substr(0, 4), exported[i].substr(0, 4)) << "another label in row " << i + 1;
    EXPECT_NEAR(std::stod(run[i].substr(4)), std::stod(exported[i].substr(4)), 2e-6);
  }
}

TEST(Workflow, EvaluationCountsWhatPredictAnswers) {
  const auto confusion = evaluation(trained_run()).at("confusion");
  const auto answers = lines_of(predictions(trained_run()));
  const auto negative =
      std::ranges::count_if(answers, [](const auto& line) { return line.starts_with("neg\t"); });
  EXPECT_EQ(negative, confusion[0][0].get<int>() + confusion[1][0].get<int>());
}

TEST(Workflow, InfoTellsWhatARunIs) {
  const auto outcome = run_mnemo({"info", trained_run().string()});
  ASSERT_TRUE(succeeded(outcome));
  for (const char* part : {"run folder", "neg, pos", "1000 x 32", "lstm of 32", "finished",
                           " parameters, ", "train rows: "}) {
    EXPECT_TRUE(contains(outcome.out, part));
  }
  const auto stored = json::parse(run_mnemo({"info", trained_run().string(), "--json"}).out);
  EXPECT_EQ(stored, json_in(trained_run() / "meta.json"));
}

TEST(Workflow, InfoTellsWhatAnExportIs) {
  const auto outcome = run_mnemo({"info", exported_model().string()});
  ASSERT_TRUE(succeeded(outcome));
  for (const char* part : {"exported model", "neg, pos", "1000 x 32", "lstm of 32"}) {
    EXPECT_TRUE(contains(outcome.out, part));
  }
  const auto stored = json::parse(run_mnemo({"info", exported_model().string(), "--json"}).out);
  EXPECT_EQ(stored.at("labels"), (std::vector<std::string>{"neg", "pos"}));
}

TEST(Workflow, ExportReplacesAFileOnlyWhenTold) {
  const TestFolder folder;
  const auto file = folder.write("model.pt", "precious").string();
  const Arguments arguments = {"export", trained_run().string(), "--out", file};
  EXPECT_TRUE(refused(run_mnemo(arguments), 1, {"model.pt", "exists", "--overwrite"}));
  EXPECT_EQ(fs::file_size(file), std::string("precious").size());
  Arguments overwriting = arguments;
  overwriting.emplace_back("--overwrite");
  EXPECT_TRUE(succeeded(run_mnemo(overwriting)));
  EXPECT_EQ(predictions(file), predictions(exported_model()));
}

}  // namespace
}  // namespace mnemo
