#include "app/tasks/frame/frame.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "app/runs/run_folder.h"
#include "app/tasks/forecast/forecast_trainer.h"
#include "app/tasks/frame/resolve_settings.h"
#include "common/files.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

class RecordingHost : public TrainingHost {
 public:
  Reporter& reporter() override { return reporter_; }
  void print(const std::string& result) override { printed += result; }
  void note_rate_search(double seconds) override { rate_search_seconds = seconds; }
  void write_report(const fs::path& run) override {
    ++reports;
    if (fails_to_report) throw Error("no space left");
    write_file_atomically(run / kReportFile, "a page");
  }
  FitResult fit_until_stopped(const Fit& fit) override {
    return fit([&] { return stop_after_steps > 0 && ++steps_ == stop_after_steps; });
  }

  std::string printed;
  double rate_search_seconds = 0.0;
  int reports = 0, stop_after_steps = 0;
  bool fails_to_report = false;

 private:
  Reporter reporter_;
  int steps_ = 0;
};

// A small forecaster of a sine, and the folder of its run.
class FrameTest : public ::testing::Test {
 protected:
  FrameTest() {
    std::string rows = "load\n";
    for (int row = 0; row < 90; ++row) rows += std::to_string(std::sin(row * 0.7)) + "\n";
    options_.train_file = folder_.write("load.csv", rows);
    options_.model = {.model = ForecastModel::stacked, .lookback = 6, .horizon = 2};
    options_.model.hidden_sizes = {4};
    options_.autoregression = false;
    options_.fit.epochs = 4;
    options_.fit.patience = 0;
    options_.batch_size = 16;
    plan_ = {.task = Task::forecast,
             .out = run().string(),
             .config_text = "epochs = 4\n",
             .optimizer = options_.optimizer,
             .compute = {.threads = 1}};
  }

  fs::path run() const { return folder_.path() / "run"; }
  FitEnd train() {
    return run_training(
               plan_,
               [&](const Compute& compute) {
                 ++trainers_;
                 return make_trainer(options_, compute, host_.reporter());
               },
               host_)
        .end;
  }
  nlohmann::json meta() const {
    return parse_meta(read_file(run() / kMetaFile), (run() / kMetaFile).string());
  }

  TestFolder folder_;
  TrainForecastOptions options_ = preset_options(ForecastPreset::standard);
  TrainingPlan plan_;
  RecordingHost host_;
  int trainers_ = 0;
};

TEST_F(FrameTest, KeepsARunWithItsAnswersAndReport) {
  EXPECT_EQ(train(), FitEnd::finished);
  EXPECT_EQ(meta().at("status"), "finished");
  EXPECT_EQ(meta().at("task"), "forecast");
  EXPECT_EQ(read_file(run() / kConfigFile), "epochs = 4\n");
  EXPECT_EQ(nlohmann::json::parse(read_file(run() / kEvaluationFile)).at("kind"), "forecast");
  EXPECT_EQ(host_.reports, 1);
}

TEST_F(FrameTest, LeavesAFinishedRunAsItIsAndReadsNoDataForIt) {
  train();
  const auto weights = fs::last_write_time(run() / kWeightsFile);
  plan_.checkpoints.resume = true;
  EXPECT_EQ(train(), FitEnd::finished);
  EXPECT_EQ(trainers_, 1);
  EXPECT_EQ(fs::last_write_time(run() / kWeightsFile), weights);
}

TEST_F(FrameTest, MakesTheReportThatAFinishedRunLacks) {
  train();
  fs::remove(run() / kEvaluationFile);
  plan_.checkpoints.resume = true;
  EXPECT_EQ(train(), FitEnd::finished);
  EXPECT_EQ(host_.reports, 2);
  EXPECT_TRUE(fs::exists(run() / kEvaluationFile));
}

TEST_F(FrameTest, GoesOnFromWhereItWasStoppedToTheSameWeights) {
  train();
  const auto uninterrupted = read_file(run() / kWeightsFile);
  fs::remove_all(run());
  host_.stop_after_steps = 5;
  EXPECT_EQ(train(), FitEnd::interrupted);
  EXPECT_EQ(meta().at("status"), "interrupted");
  plan_.checkpoints.resume = true;
  EXPECT_EQ(train(), FitEnd::finished);
  EXPECT_EQ(read_file(run() / kWeightsFile), uninterrupted);
}

TEST_F(FrameTest, ARunOfAnotherTaskIsNotResumed) {
  train();
  EXPECT_FALSE(settings_to_resume(run().string(), Task::forecast).empty());
  EXPECT_TRUE(contains(message_of([&] { settings_to_resume(run().string(), Task::series); }),
                       "holds a training of forecast, not of series"));
}

TEST_F(FrameTest, OnlyMarkedOptionsMayChangeOnAResume) {
  const MarksByOption marks = {{"epochs", {}}, {"threads", {.may_change_on_resume = true}}};
  const auto refusal = [&](const char* now) {
    return message_of(
        [&] { require_same_settings("epochs = 3\nthreads = 1\n", now, marks, "run"); });
  };
  EXPECT_EQ(refusal("epochs = 3\nthreads = 2\n"), "nothing was thrown");
  EXPECT_TRUE(contains(refusal("epochs = 4\nthreads = 1\n"), "`epochs` is 4 and was 3"));
}

TEST_F(FrameTest, TriesLearningRatesAndKeepsNothing) {
  plan_.find_learning_rate = true;
  EXPECT_EQ(train(), FitEnd::finished);
  EXPECT_TRUE(contains(host_.printed, "learning_rate\t"));
  EXPECT_GT(host_.rate_search_seconds, 0.0);
  EXPECT_FALSE(fs::exists(run()));
}

TEST_F(FrameTest, RefusesAModelBeyondItsLimitsBeforeTheFirstStep) {
  plan_.limits.size = "100B";
  EXPECT_THROW(train(), LimitError);
  EXPECT_FALSE(fs::exists(run()));
}

TEST_F(FrameTest, ARunIsCompleteThoughItsReportFails) {
  host_.fails_to_report = true;
  EXPECT_EQ(train(), FitEnd::finished);
  EXPECT_EQ(meta().at("status"), "finished");
}

TEST_F(FrameTest, ATaskWithoutAnswersLeavesNone) {
  plan_.task = Task::language;
  train();
  EXPECT_FALSE(fs::exists(run() / kEvaluationFile));
  EXPECT_EQ(host_.reports, 1);
}

}  // namespace
}  // namespace mnemo
