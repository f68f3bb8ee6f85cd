// Any number of labels a row, in each format that can tell them.
#include "tests/datasets/text_reader_helpers.h"

namespace mnemo {
namespace {

struct LabelRows {
  std::vector<Strings> labels;
  ReadCounts counts;
};

LabelRows read_labels(const std::string& bytes, TextReaderOptions options) {
  options.several_labels = true;
  const auto reader = make_text_reader(std::make_unique<std::istringstream>(bytes), "data", options,
                                       LabelColumn::required);
  LabelRows rows;
  for (TextRecord record; reader->next(record);) {
    EXPECT_EQ(record.label, record.labels.empty() ? "" : record.labels.front());
    rows.labels.push_back(record.labels);
  }
  rows.counts = reader->counts();
  return rows;
}

TEST(TextLabels, FastTextsLinesBeginWithThem) {
  const auto rows = read_labels("__label__a __label__b the text\n__label__b\tmore\nnone\n",
                                {.format = InputFormat::fasttext});
  EXPECT_EQ(rows.labels, (std::vector<Strings>{{"a", "b"}, {"b"}}));
  EXPECT_EQ(rows.counts.unlabelled_rows, 1);
}

TEST(TextLabels, AJsonListHasThemAndAnEmptyOneSaysThatThereIsNone) {
  const auto rows = read_labels(
      "{\"text\": \"t\", \"label\": [\"a\", \" b \", \"a\"]}\n{\"text\": \"t\", \"label\": []}\n"
      "{\"text\": \"t\", \"label\": 5.0}\n{\"text\": \"t\", \"label\": null}\n",
      {.format = InputFormat::jsonl});
  EXPECT_EQ(rows.labels, (std::vector<Strings>{{"a", "b"}, {}, {"5"}})) << "each once, trimmed";
  EXPECT_EQ(rows.counts.rows, 3);
  EXPECT_EQ(rows.counts.unlabelled_rows, 1);
}

TEST(TextLabels, ADelimiterDividesACell) {
  TextReaderOptions options{.format = InputFormat::csv};
  options.label_delimiter = "|";
  const auto rows = read_labels("label,text\na | b,t\nc,t\n|,t\n", options);
  EXPECT_EQ(rows.labels, (std::vector<Strings>{{"a", "b"}, {"c"}}));
  EXPECT_EQ(rows.counts.unlabelled_rows, 1) << "nothing but delimiters is no label";
}

TEST(TextLabels, OfOneLabelSeveralAreRefused) {
  const auto of_lines = error_as(InputFormat::fasttext, "__label__a __label__b the text\n");
  EXPECT_TRUE(contains(of_lines, "`target-kind` labels")) << of_lines;
  const auto of_list = error_as(InputFormat::jsonl, "{\"text\": \"t\", \"label\": [\"a\"]}\n");
  EXPECT_TRUE(contains(of_list, "`target-kind` labels")) << of_list;
}

}  // namespace
}  // namespace mnemo
