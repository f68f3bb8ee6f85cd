#include "datasets/csv_dialect.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace mnemo {
namespace {

TEST(CsvDialect, GivesTheWholeRecordsOfABeginning) {
  using Records = std::vector<CsvRecord>;
  EXPECT_EQ(first_records("a,b\nc,d\n", {}), (Records{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(first_records("a,b\nc,d", {}), (Records{{"a", "b"}}));
  EXPECT_EQ(first_records("a,b", {}), (Records{{"a"}}));
  EXPECT_EQ(first_records("a\n\"b", {}), (Records{{"a"}}));
  EXPECT_EQ(first_records("", {}), Records{});
}

TEST(CsvDialect, KeepsTheUsualDelimiterUnlessAnotherOneAloneFits) {
  const auto delimiter = [](std::string_view head) {
    return find_dialect(head, ',', Delimiter::automatic, Quoting::automatic,
                        [](const CsvRecord& first) { return first.size() > 1; })
        .delimiter;
  };
  EXPECT_EQ(delimiter("a,b;c\n1,2;3\n"), ',');
  EXPECT_EQ(delimiter("a,b;c\n1;3\n"), ';');
  EXPECT_EQ(delimiter("a;b|c|d\n1;2|3|4\n"), '|');
  EXPECT_EQ(delimiter("a\n1\n"), ',');
}

}  // namespace
}  // namespace mnemo
