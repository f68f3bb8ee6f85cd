#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "datasets/text_reader.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"
#include "tests/datasets/reading.h"
#include "tests/datasets/text_reader_helpers.h"

namespace mnemo {
namespace {

TEST(JsonLinesReader, ReadsTextsAndLabelsOfAnySimpleType) {
  const auto data = read_as(InputFormat::jsonl,
                            "{\"text\": \"good\\n\\u597d\", \"label\": \"pos\"}\r\n\n"
                            "{\"label\": 3, \"text\": \"bad\", \"more\": [1]}\n"
                            "{\"text\": \"\", \"label\": true}");
  EXPECT_EQ(data.texts, (Strings{"good\n\xE5\xA5\xBD", "bad", ""}));
  EXPECT_EQ(data.labels, (Strings{"pos", "3", "true"}));
}

TEST(JsonLinesReader, NamesTheLineOfAFault) {
  const auto error = [](const std::string& line) {
    return error_as(InputFormat::jsonl, "{\"text\":\"a\",\"label\":\"b\"}\n\n" + line + "\n");
  };
  EXPECT_EQ(error("{\"text\": oh}"), "data:3: this line is not JSON: the fault is at character 10");
  EXPECT_TRUE(contains(error("[1]"), "data:3: this line holds a JSON array"));
  EXPECT_EQ(
      error("{\"id\":1,\"review\":2}"),
      "data:3: no field \"text\"; the fields are: \"id\", \"review\". Name it with `text-column`");
  EXPECT_EQ(error("{\"text\":1,\"label\":\"b\"}"),
            "data:3: the text is a JSON number where a string was expected");
  EXPECT_TRUE(
      contains(error("{\"text\":\"a\",\"label\":[1]}"), "data:3: the label is a JSON array"));
  EXPECT_TRUE(contains(error("{\"text\":\"a\\u0000\",\"label\":\"b\"}"),
                       "data:3: there is a NUL character"));
}

TEST(JsonLinesReader, TakesNumbersForLabelsAndLeavesOutRowsWithoutOne) {
  const auto data = read_as(InputFormat::jsonl,
                            "{\"text\":\"a\",\"label\":5.0}\n{\"text\":\"b\",\"label\":4.5}\n"
                            "{\"text\":\"c\",\"label\":null}\n{\"text\":\"d\"}\n");
  EXPECT_EQ(data.labels, (Strings{"5", "4.5"}));
  EXPECT_EQ(data.counts.unlabelled_rows, 2);
}

TEST(JsonLinesReader, JoinsSeveralFields) {
  EXPECT_EQ(read("{\"title\":\"a\",\"body\":\"b\",\"label\":1}\n"
                 "{\"title\":\"c\",\"body\":null,\"label\":1}\n",
                 {.format = InputFormat::jsonl, .text_column = "title,body"})
                .texts,
            (Strings{"a b", "c "}));
}

// ---- JSON arrays ----

TEST(JsonArrayReader, ReadsObjectsOneByOne) {
  const std::string array =
      "[{\"text\": \"a ] } \\\" b\", \"label\": \"pos\", \"more\": [{}]},\n"
      " {\"text\": \"c\", \"label\": 2}\n]";
  for (const std::string& bytes :
       {array, "\xEF\xBB\xBF" + array, "{\"of\": [1], \"data\": " + array + "}"}) {
    const auto data = read_as(InputFormat::json, bytes);
    EXPECT_EQ(data.texts, (Strings{"a ] } \" b", "c"}));
    EXPECT_EQ(data.labels, (Strings{"pos", "2"}));
  }
}

TEST(JsonArrayReader, NamesTheLineOfAFault) {
  const auto error = [](const std::string& bytes) { return error_as(InputFormat::json, bytes); };
  const std::string first = "[{\"text\":\"a\",\"label\":\"b\"},\n";
  EXPECT_TRUE(contains(error("7"), "data:1: a JSON array of objects was expected"));
  EXPECT_TRUE(contains(error(first + "7]"), "data:2: this element holds a JSON number"));
  EXPECT_TRUE(contains(error(first + "{\"text\":oh}]"), "data:2: this element is not JSON"));
  EXPECT_TRUE(contains(error(first + "{\"text\":\"a"), "data:2: the file ends before this JSON"));
  EXPECT_TRUE(contains(error(first), "data:2: the file ends before its JSON array"));
}

// ---- fastText ----

TEST(FastTextReader, SplitsLabelAndText) {
  const auto data =
      read_as(InputFormat::fasttext, "__label__pos good film\r\n\n __label__neg\tbad");
  EXPECT_EQ(data.texts, (Strings{"good film", "bad"}));
  EXPECT_EQ(data.labels, (Strings{"pos", "neg"}));
}

TEST(FastTextReader, RefusesARowOfSeveralLabels) {
  const std::string good = "__label__a x\n";
  EXPECT_TRUE(contains(error_as(InputFormat::fasttext, good + "__label__a __label__b x\n"),
                       "data:2: this row begins with 2 labels"));
}

TEST(FastTextReader, TakesRowsWithAndWithoutALabelWhereLabelsAreIgnored) {
  const auto data =
      read_as(InputFormat::fasttext, "__label__a __label__b x\n\n y\n", LabelColumn::ignored);
  EXPECT_EQ(data.texts, (Strings{"x", "", " y"}));  // a line in, a line out
  const auto labelled = read_as(InputFormat::fasttext, "__label__a x\ny\n__label__ z\n");
  EXPECT_EQ(labelled.texts, Strings{"x"});
  EXPECT_EQ(labelled.counts.unlabelled_rows, 2);
}

// ---- Plain lines ----

TEST(PlainLinesReader, KeepsEveryLine) {
  const auto data = read_as(InputFormat::lines,
                            "\xEF\xBB\xBF"
                            "a,\"b\r\n\n \nc\xC2\x85"
                            "d",
                            LabelColumn::ignored);
  EXPECT_EQ(data.texts, (Strings{"a,\"b", "", " ",
                                 "c\xC2\x85"
                                 "d"}));
  EXPECT_EQ(data.counts.empty_texts, 2);
}

TEST(PlainLinesReader, RefusesToTrain) {
  EXPECT_TRUE(contains(error_as(InputFormat::lines, "a\n"), "data: plain lines hold no labels"));
}

// ---- Characters ----

}  // namespace
}  // namespace mnemo
