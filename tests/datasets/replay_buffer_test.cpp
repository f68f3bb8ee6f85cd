#include "datasets/replay_buffer.h"

#include <gtest/gtest.h>

#include <istream>
#include <sstream>
#include <string>

namespace mnemo {
namespace {

TEST(ReplayBuffer, GivesAgainWhatWasReadBehindTheMark) {
  std::istringstream source("one\ntwo\nthree\n");
  ReplayBuffer buffer(*source.rdbuf());
  std::istream input(&buffer);
  std::string line;
  std::getline(input, line);
  buffer.mark();
  for (int i = 0; i < 3; ++i) {
    std::getline(input, line);
    EXPECT_EQ(line, "two");
    buffer.rewind();
  }
  std::getline(input, line);
  buffer.mark();
  std::getline(input, line);
  EXPECT_EQ(line, "three");
  EXPECT_FALSE(std::getline(input, line));
}

}  // namespace
}  // namespace mnemo
