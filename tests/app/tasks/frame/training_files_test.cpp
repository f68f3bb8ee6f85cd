#include "app/tasks/frame/training_files.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mnemo {
namespace {

TEST(TrainingFiles, NameThoseThatThereAre) {
  EXPECT_EQ(describe_files({.train = "a.csv", .train_sha256 = "1"}).dump(),
            R"({"train_file":"a.csv","train_file_sha256":"1"})");
  EXPECT_EQ(
      describe_files({.train = "a", .train_sha256 = "1", .valid = "b", .valid_sha256 = "2"}).dump(),
      R"({"train_file":"a","train_file_sha256":"1","valid_file":"b","valid_file_sha256":"2"})");
}

}  // namespace
}  // namespace mnemo
