#include "app/search/trial_book.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/runs/run_folder.h"
#include "common/files.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// A run of 9 epochs as far as `losses` go.
void write_run(const std::filesystem::path& run, const std::vector<double>& losses) {
  std::filesystem::create_directories(run);
  std::string metrics;
  for (size_t i = 0; i < losses.size(); ++i) {
    metrics += fmt::format(R"({{"epoch":{},"seconds":1,"valid_loss":{},"valid_mse":{}}})", i + 1,
                           losses[i], losses[i]) +
               "\n";
  }
  write_file_atomically(run / kMetricsFile, metrics);
  nlohmann::json meta = {{"format_version", kRunFormatVersion},
                         {"status", losses.size() == 9 ? "finished" : "interrupted"},
                         {"epochs", 9}};
  if (!losses.empty()) {
    const auto lowest = std::ranges::min_element(losses);
    meta["result"] = {{"best_epoch", lowest - losses.begin() + 1},
                      {"valid_loss", *lowest},
                      {"valid_mse", *lowest}};
  }
  write_file_atomically(run / kMetaFile, seal_meta(meta));
}

TEST(TrialBook, RanksTrialsByWhatTheyPromise) {
  const TestFolder folder;
  TrialBook book(folder.path(), TuneGoal::loss);
  SuccessiveHalving halving;
  const auto add = [&](const Point& point, const std::vector<double>& losses) {
    const auto number = book.begin({}, point, 1).number;
    write_run(book.run_of(number), losses);
    book.update(number, 1.0, halving);
  };
  add({0.1}, {0.9, 0.8, 0.7, 0.6, 0.6, 0.6, 0.6, 0.5, 0.6});  // complete
  add({0.2}, {0.85});                                         // ahead of it after one epoch
  add({0.3}, {0.95});                                         // behind it
  add({0.4}, {0.8, 0.6, 0.6});                                // ahead of it after three
  book.fail(book.begin({}, {0.5}, 1).number, "no", 1.0);
  EXPECT_EQ(book.ranked_points(), (std::vector<Point>{{0.4}, {0.2}, {0.1}, {0.3}, {0.5}}));
}

// An error of 0 has no logarithm.
TEST(TrialBook, AnAccuracyOfOneIsRankedToo) {
  const TestFolder folder;
  TrialBook book(folder.path(), TuneGoal::accuracy);
  SuccessiveHalving halving;
  const auto add = [&](double coordinate, const std::vector<double>& accuracies) {
    const auto number = book.begin({}, {coordinate}, 1).number;
    write_run(book.run_of(number), accuracies);  // the metric is the loss here
    book.update(number, 1.0, halving);
  };
  add(0.1, {0.9, 1.0, 1.0});
  add(0.2, {0.8, 0.8, 0.8});
  add(0.3, {0.85});
  EXPECT_EQ(book.ranked_points(), (std::vector<Point>{{0.1}, {0.3}, {0.2}}));
}

// Writes a run as write_run() does, of a model that something joins: `joined` is what both come to.
void write_joined_run(const std::filesystem::path& run, const std::vector<double>& losses,
                      double joined) {
  write_run(run, losses);
  auto meta = nlohmann::json::parse(read_file(run / kMetaFile));
  meta["late_part"] = true;
  meta[losses.size() == 9 ? "result" : "if_ended_here"] = {{"best_epoch", losses.size()},
                                                           {"valid_loss", joined},
                                                           {"valid_mse", joined},
                                                           {"model_bytes", 1000.0},
                                                           {"latency_ms", 1.0}};
  write_file_atomically(run / kMetaFile, seal_meta(meta));
}

// The process of a trial has ended, and left that run.
void end_with(TrialBook& book, SuccessiveHalving& halving, int64_t trial,
              const std::vector<double>& losses, std::optional<double> joined = {}) {
  if (joined) {
    write_joined_run(book.run_of(trial), losses, *joined);
  } else {
    write_run(book.run_of(trial), losses);
  }
  book.update(trial, 1.0, halving);
}

// Its layers alone do not count: they are ahead where they have left less to what joins them.
TEST(TrialBook, ATrialCountsForTheModelThatItWouldKeep) {
  const TestFolder folder;
  const std::vector<double> whole = {0.9, 0.8, 0.7, 0.6, 0.6, 0.6, 0.6, 0.5, 0.6};
  SuccessiveHalving halving;
  {
    TrialBook book(folder.path(), TuneGoal::loss);
    const auto come_to = [&](int64_t trial, const std::vector<double>& losses, double joined) {
      end_with(book, halving, trial, losses, joined);
    };
    for (const double place : {0.1, 0.2, 0.3}) book.begin({}, {place}, 1);
    come_to(1, {0.9}, 0.3);
    come_to(1, whole, 0.2);  // it has not paused where others do
    come_to(2, {0.5}, 0.4);
    come_to(3, {0.95}, 0.25);
  }
  const TrialBook book(folder.path(), TuneGoal::loss);  // the journal remembers
  const auto& values = book.trial(1).rung_values;
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0], 0.3);
  EXPECT_TRUE(std::isnan(values[1])) << "what joins was not there to be measured";
  EXPECT_EQ(values[2], 0.2);
  EXPECT_EQ(book.ranked_points(), (std::vector<Point>{{0.3}, {0.1}, {0.2}}));
  EXPECT_FALSE(halving.has_reported(1, 1));
}

TEST(TrialBook, TheBestModelIsKeptThoughItsTrialGetsWorse) {
  const TestFolder folder;
  SuccessiveHalving halving;
  {
    TrialBook book(folder.path(), TuneGoal::loss);
    const auto come_to = [&](int64_t trial, const std::vector<double>& losses, double joined) {
      end_with(book, halving, trial, losses, joined);
    };
    for (const double place : {0.1, 0.2}) book.begin({}, {place}, 1);
    come_to(1, {0.9}, 0.3);
    come_to(2, {0.8}, 0.2);
    come_to(2, {0.8, 0.7, 0.6}, 0.25);
  }
  TrialBook book(folder.path(), TuneGoal::loss);
  ASSERT_TRUE(book.best());
  EXPECT_EQ(book.best()->trial, 2);
  EXPECT_EQ(book.best()->epochs, 1);
  EXPECT_FALSE(book.best()->is_complete);
  EXPECT_EQ(book.best()->model.loss, 0.2);
  EXPECT_EQ(read_training(book.run_of_best()).epochs.size(), 1U) << "as it was then";

  end_with(book, halving, 1, {0.9, 0.8, 0.7, 0.6, 0.6, 0.6, 0.6, 0.5, 0.6}, 0.1);
  EXPECT_EQ(book.best()->trial, 1);
  EXPECT_TRUE(book.best()->is_complete);
  EXPECT_EQ(book.run_of_best(), book.run_of(1));
}

TEST(TrialBook, WhatWasInterruptedBeforeItWasMeasuredIsNotComparedByItsLayers) {
  const TestFolder folder;
  SuccessiveHalving halving;
  TrialBook book(folder.path(), TuneGoal::loss);
  for (const double place : {0.1, 0.2}) book.begin({}, {place}, 1);
  write_run(book.run_of(1), {0.1});
  auto meta = nlohmann::json::parse(read_file(book.run_of(1) / kMetaFile));
  meta["late_part"] = true;
  write_file_atomically(book.run_of(1) / kMetaFile, seal_meta(meta));
  book.update(1, 1.0, halving);
  EXPECT_FALSE(book.trial(1).is_ranked());
  EXPECT_FALSE(halving.has_reported(1, 0));
  ASSERT_TRUE(book.best()) << "better than nothing";
  end_with(book, halving, 2, {0.5}, 0.4);
  EXPECT_EQ(book.best()->trial, 2);
  EXPECT_EQ(book.ranked_points(), (std::vector<Point>{{0.2}}));

  end_with(book, halving, 1, {0.1}, 0.3);  // it was begun again, and is measured now
  EXPECT_TRUE(book.trial(1).is_ranked());
  EXPECT_TRUE(halving.has_reported(1, 0));
  EXPECT_EQ(book.ranked_points(), (std::vector<Point>{{0.1}, {0.2}}));
}

TEST(TrialBook, ABestModelWhoseTrialFailedLaterStaysTheBest) {
  const TestFolder folder;
  SuccessiveHalving halving;
  {
    TrialBook book(folder.path(), TuneGoal::loss);
    book.begin({}, {0.1}, 1);
    end_with(book, halving, 1, {0.5});
    book.fail(1, "it diverged", 2.0);
  }
  const TrialBook book(folder.path(), TuneGoal::loss);
  ASSERT_TRUE(book.best());
  EXPECT_EQ(book.best()->model.loss, 0.5);
  EXPECT_EQ(book.best()->metric, "mse");
  EXPECT_EQ(read_training(book.run_of_best()).epochs.size(), 1U);
}

TEST(TrialBook, AmongEqualsACompleteTrialIsTheBest) {
  const TestFolder folder;
  SuccessiveHalving halving;
  TrialBook book(folder.path(), TuneGoal::loss);
  book.begin({}, {0.1}, 1);
  end_with(book, halving, 1, {0.5});
  const auto copy = book.run_of_best();
  EXPECT_NE(copy, book.run_of(1));
  end_with(book, halving, 1, std::vector<double>(9, 0.5));
  EXPECT_TRUE(book.best()->is_complete);
  EXPECT_FALSE(std::filesystem::exists(copy)) << "nobody needs it any more";
}

}  // namespace
}  // namespace mnemo
