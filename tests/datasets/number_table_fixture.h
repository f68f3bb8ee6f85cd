// A file as a table: what the tests of tables share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "common/sha256.h"
#include "datasets/number_table.h"
#include "mnemo/rows.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Names = std::vector<std::string>;
using Values = std::vector<double>;

class NumberTableTest : public ::testing::Test {
 protected:
  NumberTable read(std::string_view bytes) const {
    return read_number_table(folder_.write("data.csv", bytes), options_);
  }

  // The error of reading, from the name of the file on.
  std::string error_of(std::string_view bytes) const {
    const std::string message = message_of([&] { read(bytes); });
    return message.substr(std::min(message.find("data.csv"), message.size()));
  }

  // The only warning, likewise.
  static std::string warning_of(const NumberTable& table) {
    if (table.warnings.size() != 1) return std::to_string(table.warnings.size()) + " warnings";
    return table.warnings[0].substr(table.warnings[0].find("data.csv"));
  }

  TestFolder folder_;
  NumberTableOptions options_;
};

}  // namespace
}  // namespace mnemo
