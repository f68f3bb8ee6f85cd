#include "datasets/text_reader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "mnemo/error.h"
#include "tests/common/test_helpers.h"
#include "tests/datasets/reading.h"
#include "tests/datasets/text_reader_helpers.h"

namespace mnemo {
namespace {

TEST(TableReader, FindsColumnsByTheirNames) {
  const auto data = read_as(InputFormat::csv, "label,id,text\npos,1,\"good, really\"\nneg,2,bad\n");
  EXPECT_EQ(data.texts, (Strings{"good, really", "bad"}));
  EXPECT_EQ(data.labels, (Strings{"pos", "neg"}));
  EXPECT_EQ(data.counts.rows, 2);
}

TEST(TableReader, SeparatesTsvByTabs) {
  const auto data = read_as(InputFormat::tsv, "text\tlabel\ngood, really\tpos\n");
  EXPECT_EQ(data.texts, (Strings{"good, really"}));
}

TEST(TableReader, FindsColumnsByNumberUnlessAHeaderHasThatName) {
  TextReaderOptions options{.format = InputFormat::csv, .text_column = "2", .label_column = "1"};
  EXPECT_EQ(read("label,text\npos,good\n", options).texts, (Strings{"good"}));
  EXPECT_EQ(read("label,text,2\npos,good,other\n", options).texts, (Strings{"other"}));
}

TEST(TableReader, TakesTheFirstRowAsDataWithoutAHeader) {
  TextReaderOptions options{.format = InputFormat::csv, .text_column = "2", .label_column = "1"};
  options.header = HeaderRow::no;
  EXPECT_EQ(read("pos,good\nneg,bad\n", options).texts, (Strings{"good", "bad"}));
}

TEST(TableReader, NeedsNoLabelsWhereTheyAreIgnored) {
  const auto data = read_as(InputFormat::csv, "id,text\n1,good\n", LabelColumn::ignored);
  EXPECT_EQ(data.texts, (Strings{"good"}));
  EXPECT_EQ(data.labels, (Strings{""}));
}

TEST(TableReader, ABlankLineIsARowOnlyWhereThereIsOneColumn) {
  const auto one = read_as(InputFormat::csv, "text\ngood\n\nbad\n", LabelColumn::ignored);
  EXPECT_EQ(one.texts, (Strings{"good", "", "bad"}));
  const auto two = read_as(InputFormat::csv, "text,label\ngood,pos\n\nbad,neg\n");
  EXPECT_EQ(two.texts, (Strings{"good", "bad"}));
}

TEST(TableReader, SaysWhichColumnsThereAre) {
  EXPECT_EQ(error_as(InputFormat::csv, "id,review\n1,good\n"),
            "data: no column \"text\"; the columns are: \"id\", \"review\". Name it with "
            "`text-column`, or "
            "add `header`=false if the first row is data");
  EXPECT_EQ(error_as(InputFormat::csv, "text,class\ngood,pos\n"),
            "data: no column \"label\"; the columns are: \"text\", \"class\". Name it with "
            "`label-column`, or "
            "add `header`=false if the first row is data");
  EXPECT_TRUE(contains(reading_error("a,b\n", {.format = InputFormat::csv, .text_column = "3"}),
                       "no column \"3\""));
}

TEST(TableReader, ListsNoParagraphsAsColumns) {
  const std::string paragraph(39, 'x');
  const std::string header = paragraph + "\xE5\xA5\xBD and more,b" + std::string(30, ',');
  EXPECT_TRUE(contains(error_as(InputFormat::csv, header),
                       paragraph + "\xEF\xBF\xBD...\", \"b\", \"\", \"\","));
  EXPECT_TRUE(contains(error_as(InputFormat::csv, header), "\"\" and 12 more."));
}

TEST(TableReader, AsksForNumbersWithoutAHeader) {
  TextReaderOptions options{.format = InputFormat::csv};
  options.header = HeaderRow::no;
  EXPECT_EQ(reading_error("pos,good\n", options),
            "data: no column \"text\"; without a header columns go by their number, here 1 to 2. "
            "Give `text-column` N");
}

TEST(TableReader, RefusesAColumnNamedTwiceOrUsedTwice) {
  EXPECT_TRUE(
      contains(error_as(InputFormat::csv, "text,label,text\n"), "more than one column \"text\""));
  EXPECT_TRUE(
      contains(reading_error("text\n", {.format = InputFormat::csv, .label_column = "text"}),
               "the text and the label are both read from column 1"));
}

TEST(TableReader, NamesTheLineOfARowOfAnotherWidth) {
  EXPECT_EQ(error_as(InputFormat::csv, "text,label\n\"good\n\",pos\nbad, really,neg\n"),
            "data:4: this row has 3 fields where the header has 2; quote fields that hold the "
            "delimiter");
  EXPECT_TRUE(contains(error_as(InputFormat::csv, "text,label\ngood\n"),
                       "data:2: this row has 1 field where the header has 2"));
}

TEST(TableReader, LeavesRowsWithoutALabelOut) {
  const auto data = read_as(InputFormat::csv, "text,label\ngood,pos\nbad, \nfine,neg\n");
  EXPECT_EQ(data.texts, (Strings{"good", "fine"}));
  EXPECT_EQ(data.counts.rows, 2);
  EXPECT_EQ(data.counts.unlabelled_rows, 1);
}

TEST(TableReader, TakesLabelsWithoutTheWhiteSpaceAroundThem) {
  EXPECT_EQ(read_as(InputFormat::csv, "text,label\ngood,pos \nbad,\" neg\"\n").labels,
            (Strings{"pos", "neg"}));
}

// ---- JSON Lines ----

TEST(InvalidUtf8, IsReplacedOneMarkASequence) {
  const auto repaired = [](std::string text) {
    EXPECT_TRUE(replace_invalid_utf8(text));
    return text;
  };
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(repaired("a\xFF"
                     "b"),
            "a" + mark + "b");
  EXPECT_EQ(repaired("caf\xE9 au lait"), "caf" + mark + " au lait");  // Latin-1
  EXPECT_EQ(repaired("\xE5\xA5"), mark);                              // cut short
  EXPECT_EQ(repaired("\xC0\xAF"), mark);                              // overlong
  EXPECT_EQ(repaired("\xED\xA0\x80"), mark);                          // a surrogate
  std::string valid = "caf\xC3\xA9 \xF0\x9F\x98\x80";
  EXPECT_FALSE(replace_invalid_utf8(valid));
}

TEST(InvalidUtf8, IsCountedByRow) {
  const auto csv = read_as(InputFormat::csv, "text,label\n\xFF\xFF,\xFF\ngood,pos\n\xFF,pos\n");
  EXPECT_EQ(csv.counts.invalid_utf8_rows, 2);
  EXPECT_EQ(csv.texts[2], "\xEF\xBF\xBD");
  const auto json = read_as(InputFormat::jsonl, "{\"text\":\"\xFF\",\"label\":\"a\"}");
  EXPECT_EQ(json.counts.invalid_utf8_rows, 1);
}

TEST(InvalidUtf8, IsRefusedOnDemand) {
  for (const auto& [format, bytes] :
       {std::pair(InputFormat::csv, "text,label\ngood,pos\n\xFF,neg\n"),
        std::pair(InputFormat::jsonl,
                  "\n{\"text\":\"\",\"label\":\"a\"}\n{\"text\":\"\xFF\",\"label\":\"a\"}")}) {
    TextReaderOptions options{.format = format};
    options.invalid_utf8 = InvalidUtf8::fail;
    const std::string message = reading_error(bytes, options);
    EXPECT_TRUE(contains(message, "data:3: row 2 is not valid UTF-8"));
    EXPECT_TRUE(contains(message, "`invalid-utf8` replace"));
  }
}

TEST(TextReader, RefusesNulCharacters) {
  EXPECT_TRUE(contains(reading_error(std::string("a\nb\0c", 5), {.format = InputFormat::lines},
                                     LabelColumn::ignored),
                       "data:2: there is a NUL character"));
}

// ---- Files ----

class TextFiles : public ::testing::Test {
 protected:
  std::string error_opening(const std::filesystem::path& path,
                            LabelColumn labels = LabelColumn::required) {
    return message_of([&] { open_text_reader(path, {}, labels); });
  }

  // The texts of a file whose labels are ignored.
  static Strings texts_in(const std::filesystem::path& path, const TextReaderOptions& options) {
    const auto reader = open_text_reader(path, options, LabelColumn::ignored);
    Strings texts;
    for (TextRecord record; reader->next(record);) texts.push_back(record.text);
    return texts;
  }

  const TestFolder folder_;
};

TEST_F(TextFiles, TellTheirFormatByTheirEnding) {
  const auto texts = [&](const std::string& name, const std::string& bytes) {
    return texts_of(folder_.write(name, bytes));
  };
  EXPECT_EQ(texts("a.CSV", "text,label\ngood,pos\n"), (Strings{"good"}));
  EXPECT_EQ(texts("a.tsv", "text\tlabel\ngood\tpos\n"), (Strings{"good"}));
  EXPECT_EQ(texts("a.jsonl", "{\"text\":\"good\",\"label\":\"pos\"}\n"), (Strings{"good"}));
  EXPECT_EQ(texts("a.ft", "__label__pos good\n"), (Strings{"good"}));
  EXPECT_EQ(texts("a.txt", "__label__pos good\n"), (Strings{"good"}));
  EXPECT_TRUE(contains(error_opening(folder_.write("a.xls", "x")),
                       "the ending \".xls\" does not tell the format"));
}

TEST_F(TextFiles, NeverGiveALabelForAWordOfTheText) {
  for (const std::string bytes : {"__label__pos good\nbad\n", "good\n__label__neg bad\n"}) {
    EXPECT_EQ(texts_in(folder_.write("a.txt", bytes), {}), (Strings{"good", "bad"}));
  }
  EXPECT_TRUE(contains(error_opening(folder_.write("b.txt", "good\n")), "hold no labels"));
}

TEST_F(TextFiles, OfJsonAreLinesOrAnArray) {
  const std::string object = "{\"text\":\"good\",\"label\":\"pos\"}";
  EXPECT_EQ(texts_in(folder_.write("a.json", object + "\n" + object), {}),
            (Strings{"good", "good"}));
  EXPECT_EQ(texts_in(folder_.write("b.json", object), {}), Strings{"good"});
  EXPECT_EQ(texts_in(folder_.write("c.json", "[" + object + "]"), {}), Strings{"good"});
  EXPECT_EQ(texts_in(folder_.write("d.json", "{\"data\": [" + object + "]}"), {}), Strings{"good"});
  EXPECT_EQ(texts_in(folder_.write("e.json", "{\n\"data\": [" + object + "]}"), {}),
            Strings{"good"});
}

TEST_F(TextFiles, AreReadAsTheTrainingFileWhereTheirNameTellsNothing) {
  const TextReaderOptions trained{.text_column = "2",
                                  .header = HeaderRow::no,
                                  .known_format = InputFormat::csv,
                                  .ending = ".txt",
                                  .is_remembered = true};
  EXPECT_EQ(texts_in(folder_.write("a.data", "pos,good\n"), trained), Strings{"good"});
  EXPECT_EQ(texts_in(folder_.write("a.txt", "pos,good\n"), trained), Strings{"good"});
  EXPECT_EQ(texts_in(folder_.write("a.jsonl", "{\"text\":\"good\"}\n"), trained), Strings{"good"});
  EXPECT_EQ(texts_in(folder_.write("b.csv", "good\nbad\n"), trained), (Strings{"good", "bad"}));
  // The columns of the training file are not there, and the usual ones are.
  EXPECT_EQ(texts_in(folder_.write("a.csv", "label,text\npos,good\n"), trained), Strings{"good"});
}

TEST_F(TextFiles, RememberHowTheyWereRead) {
  LabelledTextReader reader(folder_.write("a.dat", "pos;good\npos;fine\n"),
                            {.format = InputFormat::csv, .text_column = "2", .label_column = "1"});
  TextRecord record;
  while (reader.next(record)) {
  }
  const auto reading = reader.reading();
  EXPECT_EQ(reading.format, InputFormat::automatic);
  EXPECT_EQ(reading.known_format, InputFormat::csv);
  EXPECT_EQ(reading.ending, ".dat");
  EXPECT_EQ(reading.known_delimiter, Delimiter::semicolon);
  EXPECT_EQ(reading.header, HeaderRow::no);
}

TEST_F(TextFiles, OfAFolderAreLabelledByTheirFolder) {
  const auto root = folder_.path() / "train";
  for (const std::string name : {"pos", "neg", "unsup"}) {
    std::filesystem::create_directories(root / name);
    folder_.write("train/" + name + "/2.txt", name + " two\n");
    folder_.write("train/" + name + "/1.txt", name + " one");
  }
  folder_.write("train/about.txt", "no text");
  LabelledTextReader reader(root, {});
  Strings texts, labels;
  for (TextRecord record; reader.next(record);) {
    texts.push_back(record.text);
    labels.push_back(record.label);
  }
  EXPECT_EQ(texts, (Strings{"neg one", "neg two\n", "pos one", "pos two\n"}));
  EXPECT_EQ(labels, (Strings{"neg", "neg", "pos", "pos"}));
  ASSERT_EQ(reader.counts().notes.size(), 1U);
  EXPECT_TRUE(contains(reader.counts().notes[0], "unsup"));
  EXPECT_EQ(texts_in(root, {}).size(), 7U);
  EXPECT_EQ(texts_in(root / "pos", {}), (Strings{"pos one", "pos two\n"}));
}

TEST_F(TextFiles, OfAFolderWithoutLabelsAreRefused) {
  std::filesystem::create_directories(folder_.path() / "all" / "train" / "pos");
  EXPECT_TRUE(contains(error_opening(folder_.path() / "all"), "train holds folders where"));
  EXPECT_TRUE(contains(error_opening(folder_.path() / "all" / "train" / "pos"),
                       "with a folder of text files for each label"));
}

TEST_F(TextFiles, ReadFromAPipe) {
  const auto pipe = folder_.path() / "pipe.csv";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::jthread writer([&] { folder_.write("pipe.csv", "text,label\ngood,pos\n"); });
  EXPECT_EQ(texts_of(pipe), (Strings{"good"}));
}

TEST_F(TextFiles, ThatCannotBeReadAreRefusedInPlainWords) {
  const std::string folder = folder_.path().string();
  EXPECT_TRUE(contains(error_opening(folder), "a folder of texts was expected"));
  EXPECT_EQ(error_opening(folder + "/no.csv"),
            "cannot read " + folder + "/no.csv: No such file or directory");
  EXPECT_EQ(error_opening(folder_.write("empty.csv", "")), folder + "/empty.csv is empty");
  EXPECT_EQ(error_opening(folder_.write("blank.txt", " \n\r\n\n")), folder + "/blank.txt is empty");
  const auto header_only = folder_.write("header.csv", "text,label\n");
  EXPECT_EQ(message_of([&] { texts_of(header_only); }),
            folder + "/header.csv holds a header and no rows");
}

}  // namespace
}  // namespace mnemo
