#include "app/search/trial_book.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "app/training/run_folder.h"
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
                         {"status", losses.size() == 9 ? "finished" : "paused"},
                         {"epochs", 9}};
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

// Whose logarithm there is none of.
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

TEST(TrialBook, WhatJoinedACompleteModelCounts) {
  const TestFolder folder;
  TrialBook book(folder.path(), TuneGoal::loss);
  SuccessiveHalving halving;
  const auto add = [&](double coordinate, const std::vector<double>& losses) {
    const auto number = book.begin({}, {coordinate}, 1).number;
    write_run(book.run_of(number), losses);
    return number;
  };
  const auto first = add(0.1, {0.9, 0.8, 0.7, 0.6, 0.6, 0.6, 0.6, 0.5, 0.6});
  auto meta = nlohmann::json::parse(read_file(book.run_of(first) / kMetaFile));
  meta["result"] = {{"best_epoch", 8}, {"valid_loss", 0.2}, {"valid_mse", 0.2}};
  write_file_atomically(book.run_of(first) / kMetaFile, seal_meta(meta));
  book.update(first, 1.0, halving);
  book.update(add(0.2, {0.95, 0.85, 0.8}), 2.0, halving);  // behind it, but may be joined, too
  book.update(add(0.3, {0.8, 0.75, 0.6}), 3.0, halving);   // ahead of it
  EXPECT_EQ(book.trial(first).rung_values.back(), 0.2);
  EXPECT_EQ(book.ranked_points(), (std::vector<Point>{{0.3}, {0.1}, {0.2}}));
}

}  // namespace
}  // namespace mnemo
