#include "app/library/file_reading.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/support/enum_names.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

TEST(FileReading, LeavesWhatIsNotGivenAsItWasInTraining) {
  const FileReading reading(Settings{{"quoting", "none"}, {"threads", "4"}});
  const auto text = reading.text({.text_column = "words", .header = HeaderRow::no});
  EXPECT_EQ(text.text_column, "words");
  EXPECT_EQ(text.header, HeaderRow::no);
  EXPECT_EQ(text.quoting, Quoting::none);
  const auto series = reading.series({.target_columns = {"a", "b"}, .step_column = "hour"});
  EXPECT_EQ(series.target_columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(series.step_column, "hour");
  EXPECT_EQ(series.quoting, Quoting::none);
  const auto table = reading.table({.time_column = "when", .skip_lines = 3});
  EXPECT_EQ(table.time_column, "when");
  EXPECT_EQ(table.skip_lines, 3);
  EXPECT_EQ(table.quoting, Quoting::none);
}

TEST(FileReading, FindsTheFormatAndTheLabelsOfEachFileAnew) {
  const FileReading as_trained;
  EXPECT_EQ(as_trained.text({.format = InputFormat::csv}).format, InputFormat::automatic);
  const auto series = as_trained.series({.format = SeriesFormat::npy, .labels_file = "y.npy"});
  EXPECT_EQ(series.format, SeriesFormat::automatic);
  EXPECT_EQ(series.labels_file, "");
  EXPECT_EQ(FileReading(Settings{{"labels", "z.npy"}}).series({}).labels_file, "z.npy");
}

TEST(FileReading, TakesSeveralLabelColumnsOfSeriesAndOneOfTexts) {
  const FileReading reading(Settings{{"label-column", "a,b"}});
  EXPECT_EQ(reading.text({}).label_column, "a,b");
  EXPECT_EQ(reading.series({}).target_columns, (std::vector<std::string>{"a", "b"}));
}

TEST(FileReading, RemembersNoColumnsBesideThoseThatAreGiven) {
  EXPECT_TRUE(FileReading().text({.is_remembered = true}).is_remembered);
  const FileReading reading(Settings{{"text-column", "words"}});
  EXPECT_FALSE(reading.text({.is_remembered = true}).is_remembered);
}

TEST(FileReading, ATimeFormatHasNoSuffixOfTheTrainingFile) {
  const NumberTableOptions trained = {.time_format = {.pattern = "%Y", .suffix = "Z"}};
  const auto reading = FileReading(Settings{{"time-format", "%m"}}).table(trained);
  EXPECT_EQ(reading.time_format.pattern, "%m");
  EXPECT_EQ(reading.time_format.suffix, "");
  EXPECT_EQ(FileReading().table(trained).time_format.suffix, "Z");
}

TEST(FileReading, SeriesFillValuesInByTheirOwnWaysAlone) {
  const FileReading reading(Settings{{"missing", "forward"}});
  EXPECT_EQ(reading.table({}).missing, MissingValues::forward);
  EXPECT_EQ(message_of([&] { reading.series({}); }),
            "`missing` forward is for forecasters; series take fail or interpolate");
  EXPECT_EQ(FileReading(Settings{{"missing", "interpolate"}}).series({}).missing,
            MissingSteps::interpolate);
}

TEST(FileReading, RefusesSettingsOfOtherTasksAndWrongValues) {
  const auto refusal = [](const std::string& name, const std::string& value, Task task) {
    return message_of([&] { FileReading(Settings{{name, value}}).require_for(task); });
  };
  struct Case {
    const char* name;
    std::vector<Task> tasks;
  };
  using enum Task;
  for (const auto& [name, tasks] :
       {Case{"text-column", {text}}, Case{"label-column", {text, series}},
        Case{"step-column", {series}}, Case{"labels", {series}}, Case{"time-column", {forecast}},
        Case{"missing-marker", {forecast}}}) {
    for (const Task task : {text, series, forecast, language}) {
      const bool is_own = std::ranges::find(tasks, task) != tasks.end();
      EXPECT_EQ(
          refusal(name, "x", task),
          is_own ? "nothing was thrown"
                 : fmt::format("`{}` is not for {} models; leave it out", name, enum_name(task)));
    }
  }
  EXPECT_TRUE(contains(refusal("quoting", "x", forecast), "`quoting` x: expected one of auto"));
}

}  // namespace
}  // namespace mnemo
