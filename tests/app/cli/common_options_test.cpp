#include "app/cli/common_options.h"

#include <gtest/gtest.h>

#include <string>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

TEST(OptionOwners, AreNamedByTheHeadingOfTheirOptions) {
  EXPECT_EQ(std::string(kForecastOptions), "Forecast models");
  EXPECT_EQ(std::string(kLabelOptions), "Text and series models");
  EXPECT_EQ(kNumberOptions.names(), "series and forecast");
}

TEST(RequireOptionsFor, RefusesWhatStandsBelowTheHeadingOfOtherTasks) {
  std::string missing;
  OptionTable table("test", "A table for tests.");
  table.group(kNumberOptions);
  table.text("missing", missing, "");
  table.parse({"--missing", "fail"});
  for (const Task task : {Task::series, Task::forecast}) {
    EXPECT_NO_THROW(require_options_for(task, table, "runs/a"));
  }
  EXPECT_EQ(
      message_of([&] { require_options_for(Task::text, table, "runs/a"); }),
      "--missing is for series and forecast models, and runs/a is a text model; leave it out");
}

}  // namespace
}  // namespace mnemo
