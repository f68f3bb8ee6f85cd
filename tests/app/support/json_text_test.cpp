#include "app/support/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mnemo {
namespace {

TEST(JsonText, BytesThatAreNoUtf8BecomeReplacementCharacters) {
  EXPECT_EQ(json_line({{"path",
                        "a\xFF"
                        "b/é"}}),
            "{\"path\":\"a\uFFFDb/é\"}\n");
}

TEST(JsonText, MayBeIndented) { EXPECT_EQ(json_text({{"n", 1}}, 2), "{\n  \"n\": 1\n}"); }

}  // namespace
}  // namespace mnemo
