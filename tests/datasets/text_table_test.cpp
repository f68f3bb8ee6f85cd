#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "datasets/text_reader.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;

struct ReadTable {
  Strings texts, labels;
  ReadCounts counts;
};

// Tables whose writing is found out from their beginning.
class TextTable : public ::testing::Test {
 protected:
  ReadTable read(const std::string& bytes, const TextReaderOptions& options = {},
                 const std::string& name = "x.csv") const {
    LabelledTextReader reader(folder_.write(name, bytes), options);
    ReadTable table;
    for (TextRecord record; reader.next(record);) {
      table.texts.push_back(record.text);
      table.labels.push_back(record.label);
    }
    table.counts = reader.counts();
    return table;
  }

  const TextReaderOptions by_number_{.text_column = "2", .label_column = "1"};
  const TestFolder folder_;
};

TEST_F(TextTable, FindsItsDelimiter) {
  for (const char delimiter : {';', '\t', '|', '^', '~'}) {
    std::string bytes = "label;text\npos;\"a, b\"\nneg;c, d, e\n";
    std::ranges::replace(bytes, ';', delimiter);
    EXPECT_EQ(read(bytes).texts, (Strings{"a, b", "c, d, e"})) << delimiter;
  }
  EXPECT_EQ(read("pos;a, b\npos;c\n", by_number_).texts, (Strings{"a, b", "c"}));
  EXPECT_EQ(read("label,text\npos,a; b\n").texts, Strings{"a; b"});
  EXPECT_EQ(read("label;text\npos;a\n", {.delimiter = Delimiter::semicolon}).texts, Strings{"a"});
}

TEST_F(TextTable, JoinsSeveralColumns) {
  const std::string bytes = "Class,Title,\"Body, long\"\n1,a,b\n";
  TextReaderOptions options{.text_column = "Title,Class", .label_column = "Class"};
  EXPECT_TRUE(contains(message_of([&] { read(bytes, options); }), "both read from column 1"));
  options.text_column = "Title,3";
  EXPECT_EQ(read(bytes, options).texts, Strings{"a b"});
  options.text_column = "Body, long";
  EXPECT_EQ(read(bytes, options).texts, Strings{"b"});
  options.text_column = "Title,Text";
  EXPECT_TRUE(contains(message_of([&] { read(bytes, options); }), "no column \"Title,Text\""));
}

TEST_F(TextTable, LeavesOutWhatStandsAboveTheNamesOfColumns) {
  EXPECT_EQ(read("sep=;\nlabel;text\npos;a, b\n").texts, Strings{"a, b"});
  EXPECT_EQ(read("\xEF\xBB\xBFsep=|\nlabel|text\npos|a; b\n").texts, Strings{"a; b"});
  const auto titled = read("Reviews of May\n\nlabel,text\npos,\"a\nb\"\nneg,c\n");
  EXPECT_EQ(titled.texts, (Strings{"a\nb", "c"}));
  ASSERT_EQ(titled.counts.notes.size(), 1U);
  EXPECT_TRUE(contains(titled.counts.notes[0], "1 line above the names of columns"))
      << titled.counts.notes[0];
  EXPECT_EQ(read("# made by hand\n# in May\nlabel;text\npos;a\n").texts, Strings{"a"});
  const auto error = message_of([&] { read("a title\nlabel,text\npos,b,c\n"); });
  EXPECT_TRUE(contains(error, "x.csv:3")) << "lines are those of the file: " << error;
  EXPECT_EQ(read("label,text\npos,\"label,text\"\n").texts, Strings{"label,text"});
}

TEST_F(TextTable, SkipsBlanksBehindTheDelimiter) {
  const auto table = read("label, text\npos, \"a, b\"\nneg,  c\n");
  EXPECT_EQ(table.texts, (Strings{"a, b", "c"}));
  EXPECT_EQ(table.labels, (Strings{"pos", "neg"}));
  EXPECT_EQ(read("label,text\npos, a\n").texts, Strings{" a"});  // a blank of the text's own
}

TEST_F(TextTable, ReadsQuotesBehindBackslashes) {
  const auto table = read("label,text\npos,\"say \\\"a\\\", b\"\nneg,\"c \\\\ \\\"d\\\"\"\n");
  EXPECT_EQ(table.texts, (Strings{"say \"a\", b", "c \\ \"d\""}));
  EXPECT_EQ(read("label,text\npos,\"a\\\\\"\n").texts, Strings{"a\\\\"});  // standard
  EXPECT_EQ(read("label,text\npos,\"a\\\\\"\n", {.quoting = Quoting::backslash}).texts,
            Strings{"a\\"});
}

TEST_F(TextTable, ReadsStrayQuotesAsLetters) {
  const std::string bytes = "pos\t\"a b\nneg\tc\npos\td\" e\nneg\t\"f\"\n";
  const auto table = read(bytes, by_number_, "x.tsv");
  EXPECT_EQ(table.texts, (Strings{"\"a b", "c", "d\" e", "f"}));
  EXPECT_EQ(table.counts.stray_quotes, 1);
  EXPECT_EQ(read("label,text\nneg,x\npos,\"a\nneg,c\npos,d\" e\n").texts,
            (Strings{"x", "\"a", "c", "d\" e"}));
  EXPECT_EQ(read("label,text\npos,\"a\" b\n").texts, Strings{"\"a\" b"});
  EXPECT_EQ(read("label,text\npos,\"a\n").texts, Strings{"\"a"});
  EXPECT_EQ(read("label,text\npos,\"a\"\n", {.quoting = Quoting::none}).texts, Strings{"\"a\""});
  EXPECT_TRUE(contains(
      message_of([&] { read("label,text\npos,\"a\" b\n", {.quoting = Quoting::standard}); }),
      "x.csv:2: text stands behind the closing quote"));
}

TEST_F(TextTable, KeepsLineBreaksInsideOfQuotes) {
  const auto table = read("label,text\npos,\"a\nb, c\"\nneg,\"d\n\ne\"\n");
  EXPECT_EQ(table.texts, (Strings{"a\nb, c", "d\n\ne"}));
  EXPECT_EQ(table.counts.stray_quotes, 0);
}

TEST_F(TextTable, NoticesThatItHasNoHeader) {
  EXPECT_EQ(read("1,a\n2,b\n1,c\n", by_number_).texts, (Strings{"a", "b", "c"}))
      << "a label may be the number of its column";
  EXPECT_EQ(read("1,2\n1,b\n2,c\n", by_number_).texts, (Strings{"b", "c"}))
      << "columns that are counted";
  const auto table = read("pos,a\nneg,b\npos,c\n", by_number_);
  EXPECT_EQ(table.texts, (Strings{"a", "b", "c"}));
  ASSERT_EQ(table.counts.notes.size(), 1U);
  EXPECT_TRUE(contains(table.counts.notes[0], "the first row is read as data"));
  EXPECT_EQ(read("class,words\nneg,b\npos,c\n", by_number_).texts, (Strings{"b", "c"}));
  TextReaderOptions told = by_number_;
  told.header = HeaderRow::yes;
  EXPECT_EQ(read("pos,a\nneg,b\npos,c\n", told).texts, (Strings{"b", "c"}));
  EXPECT_TRUE(contains(message_of([&] { read("pos,a\nneg,b\npos,c\n"); }),
                       "the first row looks like data: \"pos\" in column 1 comes again below"));
}

TEST_F(TextTable, NamesTheRowsIfNoneHasALabel) {
  EXPECT_TRUE(contains(message_of([&] { read("label,text\n,a\n,b\n"); }),
                       "x.csv: none of its 2 rows has a label"));
}

}  // namespace
}  // namespace mnemo
