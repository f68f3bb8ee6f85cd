// Every option says by its marks how searches and resumed runs take it: one that nobody has thought
// about fails here.
#include "app/cli/task_commands.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "app/search/search_space.h"
#include "app/tasks/forecast/train_forecast_options.h"
#include "app/tasks/series/train_series_options.h"
#include "app/tasks/text/train_text_options.h"

namespace mnemo {
namespace {

using OptionNames = std::set<std::string>;

// Tells the options of some headings for which `holds` is false and that are not among `others`.
template <typename Options, typename Holds>
OptionNames left_over(const OptionNames& headings, const OptionNames& others, const Holds& holds) {
  Options options;
  TrainSwitches switches;
  OptionTable table("", "");
  describe(table, options);
  add_train_switches(table, switches);
  OptionNames names;
  for (const auto& group : table.groups()) {
    if (!headings.empty() && !headings.contains(group.title)) continue;
    for (const auto& option : group.options) {
      if (!others.contains(option.name) && !holds(option)) names.insert(option.name);
    }
  }
  return names;
}

template <typename Holds>
void expect_of_all(const OptionNames& headings, const OptionNames& others, const Holds& holds) {
  EXPECT_EQ(left_over<TrainTextOptions>(headings, others, holds), OptionNames());
  EXPECT_EQ(left_over<TrainSeriesOptions>(headings, others, holds), OptionNames());
  EXPECT_EQ(left_over<TrainForecastOptions>(headings, others, holds), OptionNames());
}

// Such an option names rows, says how they are read, or how a model sees them.
TEST(OptionMarks, OptionsOfDataAreTheSameInSearchesOrMayBeChosen) {
  const OptionNames may_be_chosen = {
      "aux-label-column", "cache-dir",     "calendar",     "decimal",         "delimiter",
      "features",         "header",        "holidays",     "id-column",       "input-format",
      "invalid-utf8",     "known",         "label-column", "label-delimiter", "missing",
      "missing-marker",   "observed",      "quoting",      "scale-by",        "season",
      "series-column",    "series-format", "skip-lines",   "static",          "step-column",
      "text-column",      "time-column",   "time-format"};
  expect_of_all({"Data"}, may_be_chosen, [](const OptionDescription& option) {
    return option.marks.is_same_in_searches || option.marks.is_same_in_tune;
  });
}

TEST(OptionMarks, WhatMakesOtherRowsIsTheSameInSearches) {
  const auto of_forecasts = forecast_commands().training.marks();
  const auto of_series = series_commands().training.marks();
  for (const char* name : {"train", "target", "split", "split-rows", "split-last", "valid-share",
                           "horizon", "seed", "out", "overwrite", "resume", "pause-after"}) {
    EXPECT_TRUE(of_forecasts.at(name).is_same_in_searches) << name;
  }
  for (const char* name : {"valid", "valid-labels", "labels", "split-seed", "target-kind"}) {
    EXPECT_TRUE(of_series.at(name).is_same_in_searches) << name;
  }
  for (const char* name : {"scaler", "loss", "threads"}) {
    EXPECT_TRUE(of_forecasts.at(name).is_same_in_tune) << name;
  }
}

TEST(OptionMarks, OptionsOfHowATrainingRunsMayChangeOnAResume) {
  expect_of_all({"Computing", "Interrupted runs", "Diagnosis"}, {"device"},
                [](const OptionDescription& option) {
                  return option.marks.may_change_on_resume || !option.in_config;
                });
}

TEST(OptionMarks, NoOtherOptionMayChangeOnAResume) {
  expect_of_all({"Data", "Model", "Training", "Tokenizer", "Settings", "Start"}, {"stop-after"},
                [](const OptionDescription& option) { return !option.marks.may_change_on_resume; });
}

TEST(OptionMarks, SearchesRefuseOrKnowWhatStandsOnTheCommandLineOnly) {
  expect_of_all({}, {"config", "quiet", "cache-dir"}, [](const OptionDescription& option) {
    return option.in_config || option.marks.is_same_in_searches || option.marks.is_for_one_training;
  });
}

TEST(OptionMarks, DropoutsTakeNoTime) {
  expect_of_all({}, {}, [](const OptionDescription& option) {
    return !option.name.ends_with("dropout") || option.marks.time == TimeTaken::none;
  });
}

// Every knob of mnemo's own has been thought about.
TEST(OptionMarks, SearchesKnowWhichKnobsTakeTime) {
  const OptionNames learnt = {"batch-size",    "bidirectional",    "cell",
                              "embedding-dim", "adversarial-norm", "hidden-sizes",
                              "norm",          "pooling",          "vocab-size"};
  for (const Task task : {Task::text, Task::series, Task::forecast}) {
    const auto marks = commands_of(task).training.marks();
    for (const auto& knob : default_space(task, /*by_size=*/true).knobs()) {
      ASSERT_TRUE(marks.contains(knob.name())) << knob.name();
      EXPECT_EQ(marks.at(knob.name()).time == TimeTaken::learnt, learnt.contains(knob.name()))
          << knob.name();
    }
  }
}

}  // namespace
}  // namespace mnemo
