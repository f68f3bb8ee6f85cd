#include "datasets/csv_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Records = std::vector<std::vector<std::string>>;

Records read_all(const std::string& bytes, char delimiter = ',') {
  std::istringstream input(bytes);
  CsvReader reader(input, "data.csv", delimiter);
  Records records;
  for (std::vector<std::string> fields; reader.next(fields);) records.push_back(fields);
  return records;
}

std::string error_of(const std::string& bytes) {
  return message_of([&] { read_all(bytes); });
}

TEST(CsvReader, SplitsRecordsAndFields) {
  const Records expected = {{"a", "b"}, {"", "c d"}, {"e", ""}};
  EXPECT_EQ(read_all("a,b\n,c d\ne,\n"), expected);
  EXPECT_EQ(read_all("a,b\r\n,c d\r\ne,\r\n"), expected);
  EXPECT_EQ(read_all("a,b\n,c d\ne,"), expected);  // no line break at the end
  EXPECT_EQ(read_all("a\tb\n\tc d\ne\t\n", '\t'), expected);
}

TEST(CsvReader, KeepsEverythingInsideQuotes) {
  const std::string field = "one, \"two\"\nthree\r\nfour\rfive\t\xC2\x85\x0B\x1C\xE2\x80\xA8";
  std::string quoted = "\"";
  for (const char c : field) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  EXPECT_EQ(read_all("x," + quoted + "\",y\nz,,\n"), (Records{{"x", field, "y"}, {"z", "", ""}}));
}

TEST(CsvReader, TakesAQuoteInsideAnUnquotedFieldAsData) {
  EXPECT_EQ(read_all("5\" disk,say \"hi\"\n"), (Records{{"5\" disk", "say \"hi\""}}));
}

TEST(CsvReader, TakesALoneCarriageReturnAsData) {
  EXPECT_EQ(read_all("a\rb,c\n"), (Records{{"a\rb", "c"}}));
}

TEST(CsvReader, SkipsBlankLinesButNotAnEmptyQuotedField) {
  EXPECT_EQ(read_all("\n\r\na\n\n\n\"\"\n\n"), (Records{{"a"}, {""}}));
  EXPECT_EQ(read_all("\n\n"), Records{});
}

TEST(CsvReader, SkipsAByteOrderMarkButNotALetterThatBeginsLikeOne) {
  EXPECT_EQ(read_all("\xEF\xBB\xBF\"a\",b\n"), (Records{{"a", "b"}}));
  EXPECT_EQ(read_all("\xEF\xBB\xBB,b\n"), (Records{{"\xEF\xBB\xBB", "b"}}));  // U+FEFB
  EXPECT_EQ(read_all("\xEF"), (Records{{"\xEF"}}));
}

TEST(CsvReader, TellsTheLineOnWhichARecordBegins) {
  std::istringstream input("a\n\n\"b\nb\"\r\nc\n");
  CsvReader reader(input, "data.csv");
  std::vector<std::string> fields;
  std::vector<int64_t> lines;
  while (reader.next(fields)) lines.push_back(reader.line());
  EXPECT_EQ(lines, (std::vector<int64_t>{1, 3, 5}));
}

TEST(CsvReader, NamesTheLineOfAFault) {
  EXPECT_TRUE(contains(error_of("a\n\"b\nb\n"), "data.csv:2: the quoted field that begins here"));
  EXPECT_TRUE(contains(error_of("a\n\"b\"c\n"), "data.csv:2: text stands behind the closing"));
  EXPECT_TRUE(contains(error_of("a\n\"b\n" + std::string(1, '\0')), "data.csv:3: there is a NUL"));
  EXPECT_TRUE(contains(error_of(std::string("a\nb\0", 4)), "data.csv:2: there is a NUL"));
}

Records read_as(const std::string& bytes, const CsvDialect& format, int64_t skip = 0) {
  std::istringstream input(bytes);
  CsvReader reader(input, "data.csv", format);
  reader.skip_lines(skip);
  Records records;
  for (std::vector<std::string> fields; reader.next(fields);) records.push_back(fields);
  return records;
}

TEST(CsvReader, DividesAtRunsOfBlanks) {
  EXPECT_EQ(read_as("  a \t b\n1  2  \r\n\n3 \"4 5\"", {.blanks = true}),
            (Records{{"a", "b"}, {"1", "2"}, {"3", "4 5"}}));
}

TEST(CsvReader, SkipsBlanksBehindDelimiters) {
  EXPECT_EQ(read_as("a, b\n x, \"y, z\" ,w\n", {.skips_blanks = true}),
            (Records{{"a", "b"}, {"x", "y, z", "w"}}));
  EXPECT_EQ(read_as("a\t\tb\n", {.delimiter = '\t', .skips_blanks = true}),
            (Records{{"a", "", "b"}}));
}

TEST(CsvReader, TakesQuotesAsTheFormatSays) {
  EXPECT_EQ(read_as("\"a,b\n", {.quoting = Quoting::none}), (Records{{"\"a", "b"}}));
  EXPECT_EQ(read_as("\"a \\\"b\\\" \\\\ \\n, \"\"c\"\"\",d\n", {.quoting = Quoting::backslash}),
            (Records{{"a \"b\" \\ \\n, \"c\"", "d"}}));
}

TEST(CsvReader, LeavesOutCommentsAndLinesAbove) {
  EXPECT_EQ(read_as("x\n\"\n#c\na,b\n#d\n1,#2\n", {.comment = '#'}, 2),
            (Records{{"a", "b"}, {"1", "#2"}}));
  std::istringstream input("x\na,\"b\nc\"\nd\n");
  CsvReader reader(input, "data.csv");
  reader.skip_lines(1);
  std::vector<std::string> fields;
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(reader.line(), 2);
  EXPECT_EQ(reader.lines_inside(), 1);
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(reader.line(), 4);
  EXPECT_EQ(reader.lines_inside(), 0);
}

TEST(CsvReader, ReadsFieldsLongerThanItsInputsBuffer) {
  const std::string field(100'000, 'x');
  EXPECT_EQ(read_all(field + "," + field + "\n"), (Records{{field, field}}));
}

// Bytes that matter to the format come often.
std::string random_bytes(std::mt19937& random, std::string_view alphabet) {
  std::string bytes(random() % 8, ' ');
  for (char& byte : bytes) byte = alphabet[random() % alphabet.size()];
  return bytes;
}

std::string written(const Records& records, std::mt19937& random) {
  std::string text;
  for (const auto& record : records) {
    for (size_t i = 0; i < record.size(); ++i) {
      const std::string& field = record[i];
      const bool must_quote = record.size() == 1 || field.starts_with('"') ||
                              field.find_first_of(",\r\n") != std::string::npos;
      if (i > 0) text += ',';
      if (!must_quote && random() % 2 == 0) {
        text += field;
        continue;
      }
      text += '"';
      for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
      text += '"';
    }
    text += random() % 2 == 0 ? "\n" : "\r\n";
  }
  return text;
}

TEST(CsvReader, ReadsBackWhateverIsWritten) {
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    Records records(1 + random() % 4);
    const size_t columns = 1 + random() % 3;
    for (auto& record : records) {
      for (size_t i = 0; i < columns; ++i) {
        record.push_back(random_bytes(random, "\"\",,\r\n\t ab\x01\x0B\x85\xC2\xEF\xBB\xBF\xFF"));
      }
    }
    const std::string text = "header\n" + written(records, random);
    Records expected = {{"header"}};
    expected.insert(expected.end(), records.begin(), records.end());
    ASSERT_EQ(read_all(text), expected) << ::testing::PrintToString(text);
  }
}

TEST(CsvReader, ReadsOrRefusesAnyBytes) {
  std::mt19937 random(2);
  int refused = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (int part = 0; part < 3; ++part) {
      text += random_bytes(random, std::string_view("\"\"\",,\r\r\n\nab\xEF\xBB\xBF\0", 14));
    }
    try {
      for (const auto& record : read_all(text)) ASSERT_FALSE(record.empty());
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 500);
  EXPECT_LT(refused, 4500);
}

}  // namespace
}  // namespace mnemo
