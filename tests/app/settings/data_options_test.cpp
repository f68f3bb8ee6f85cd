#include "app/settings/data_options.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// Calls it after the option was given, beside one of the task under the same heading.
void require_no_rules_beside(const std::string& option, const std::string& value) {
  TokenizerOptions tokenizer;
  std::string file;
  int64_t max_length = 0;
  OptionSet set;
  describe_tokenizer(set, tokenizer, file);
  set.number("max-length", max_length, {0, 1000}, "tokens of a text");
  set.give(option, value);
  set.assign_fields();
  require_no_tokenizer_rules(set, "tokenizer", "words.model");
}

TEST(DataOptions, ATokenizerOfItsOwnTakesNoOtherRules) {
  for (const auto& [option, value] : {std::pair{"lowercase", "true"}, {"vocab-size", "300"}}) {
    try {
      require_no_rules_beside(option, value);
      ADD_FAILURE() << option;
    } catch (const SettingError& error) {
      EXPECT_EQ(error.setting(), option);
      EXPECT_TRUE(contains(error.what(), "words.model has its own rules")) << error.what();
    }
  }
}

TEST(DataOptions, ATokenizerOfItsOwnLeavesTheTaskItsOptions) {
  EXPECT_NO_THROW(require_no_rules_beside("tokenizer", "words.model"));
  EXPECT_NO_THROW(require_no_rules_beside("max-length", "60"));
}

}  // namespace
}  // namespace mnemo
