#include "common/quantities.h"

#include <gtest/gtest.h>

#include "mnemo/error.h"

namespace mnemo {
namespace {

TEST(Quantities, TimesAreSecondsAndSizesBytes) {
  EXPECT_DOUBLE_EQ(parse_duration("budget", "90s"), 90.0);
  EXPECT_DOUBLE_EQ(parse_duration("budget", "1.5m"), 90.0);
  EXPECT_DOUBLE_EQ(parse_duration("budget", "2h"), 7200.0);
  EXPECT_DOUBLE_EQ(parse_duration("max-latency", "20ms"), 0.02);
  EXPECT_DOUBLE_EQ(parse_size("max-model-size", "800B"), 800.0);
  EXPECT_DOUBLE_EQ(parse_size("max-model-size", "1.5MB"), 1'500'000.0);
}

TEST(Quantities, RefuseWhatIsNone) {
  for (const char* text : {"", "5", "MB", "5 MB", "-5m", "0s", "5x", "nanm", "infs", "5ms5"}) {
    EXPECT_THROW(parse_duration("budget", text), UsageError) << text;
    EXPECT_THROW(parse_size("max-model-size", text), UsageError) << text;
  }
}

TEST(Quantities, SizesAreShownInTheirUnit) {
  EXPECT_EQ(format_size(999.0), "999 B");
  EXPECT_EQ(format_size(1000.0), "1.0 KB");
  EXPECT_EQ(format_size(3'640'000.0), "3.6 MB");
}

}  // namespace
}  // namespace mnemo
