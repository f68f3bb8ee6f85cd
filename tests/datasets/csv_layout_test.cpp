#include "datasets/csv_layout.h"

#include <gtest/gtest.h>

#include <string>

namespace mnemo {
namespace {

CsvLayout layout_of(const std::string& head, const CsvLayoutOptions& options = {}) {
  return find_csv_layout(head, /*is_whole=*/true, options);
}

TEST(CsvLayout, FindsTheDelimiter) {
  EXPECT_EQ(layout_of("label;text\npos;\"a, b\"\n").format.delimiter, ';');
  EXPECT_EQ(layout_of("a|b\n1,5|2,5\n").format.delimiter, '|');
  EXPECT_EQ(layout_of("a~b~c\n1~2~3\n").format.delimiter, '~');
  EXPECT_EQ(layout_of(std::string("a\x01") + "b\n1\x01" + "2\n").format.delimiter, '\x01');
  EXPECT_EQ(layout_of("a\n1\n").format.delimiter, ',');
  EXPECT_EQ(layout_of("a,b;c\n1,2;3\n1,2;3\n", {.delimiter = ';'}).records[0].size(), 2);
  EXPECT_TRUE(layout_of("a  b\n1 2\n").format.blanks);
  EXPECT_FALSE(layout_of("the price\n1\n2\n").format.blanks);
}

TEST(CsvLayout, GoesByTheLineThatNamesTheDelimiter) {
  const CsvLayout layout = layout_of("sep=;\na;b\n1,5;2\n");
  EXPECT_EQ(layout.format.delimiter, ';');
  EXPECT_EQ(layout.skip_lines, 1);
  EXPECT_EQ(layout.lines[0], 2);
}

TEST(CsvLayout, FindsTitlesAndComments) {
  EXPECT_EQ(layout_of("Title\n\na,b\n1,2\n3,4\n").skip_lines, 2);
  EXPECT_EQ(layout_of("a,b\n1,2,3\n4,5,6\n7,8,9\n").skip_lines, 0);  // a fault, not a title
  EXPECT_EQ(layout_of("# x, y\n# z\na,b\n1,2\n").format.comment, '#');
  EXPECT_EQ(layout_of("#a,b\n1,2\n3,4\n").format.comment, 0);
  EXPECT_EQ(layout_of("Title\na,b\n1,2\n3,4\n", {.skip_lines = 0}).skip_lines, 0);
}

TEST(CsvLayout, FindsHowQuotesAreMeant) {
  EXPECT_EQ(layout_of("a,b\n\"x, \"\"y\"\"\",1\n").format.quoting, Quoting::standard);
  EXPECT_EQ(layout_of("a,b\n\"x\ny\",1\n").format.quoting, Quoting::standard);
  EXPECT_EQ(layout_of("a,b\n\"x, \\\"y\\\"\",1\n").format.quoting, Quoting::backslash);
  EXPECT_EQ(layout_of("a\tb\n1\t\"x\n2\ty\n3\t\"z\n").format.quoting, Quoting::none);
  EXPECT_EQ(layout_of("a\tb\n1\t\"x\n2\ty\n", {.quoting = Quoting::standard}).format.quoting,
            Quoting::standard);
}

TEST(CsvLayout, FindsBlanksBehindDelimiters) {
  EXPECT_TRUE(layout_of("label, text\npos, \"a, b\"\n").format.skips_blanks);
  EXPECT_FALSE(layout_of("label,text\npos, a\n").format.skips_blanks);
}

TEST(CsvLayout, LooksAtWholeLinesOfAPart) {
  const CsvLayout layout = find_csv_layout("a,b\n1,2\n3", /*is_whole=*/false, {});
  EXPECT_EQ(layout.records.size(), 2);
  EXPECT_TRUE(layout_of("").records.empty());
}

}  // namespace
}  // namespace mnemo
