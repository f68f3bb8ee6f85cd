#include "app/support/command_result.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

class CommandResultTest : public ::testing::Test {
 protected:
  ~CommandResultTest() override { ::unsetenv(kResultVariable); }
  TestFolder folder_;
  std::filesystem::path file_ = folder_.path() / "log.result";
};

TEST_F(CommandResultTest, IsReadOnceAsItWasWritten) {
  ::setenv(kResultVariable, file_.c_str(), 1);
  write_command_result({.end = CommandEnd::over_limit, .rate_search_seconds = 1.5});
  const auto result = take_command_result(file_);
  EXPECT_EQ(result.end, CommandEnd::over_limit);
  EXPECT_EQ(result.rate_search_seconds, 1.5);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(CommandResultTest, IsWrittenForThoseAloneWhoWantIt) {
  ::unsetenv(kResultVariable);
  write_command_result({.end = CommandEnd::done});
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(CommandResultTest, OfACommandThatLeftNoneIsFailure) {
  EXPECT_EQ(take_command_result(file_).end, CommandEnd::failed);
}

}  // namespace
}  // namespace mnemo
