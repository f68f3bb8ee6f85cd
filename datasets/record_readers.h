// The readers behind make_text_reader, one a format.
#pragma once

#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "datasets/text_reader.h"

namespace mnemo {

struct RecordSource {
  std::unique_ptr<std::istream> input;
  std::string name;  // in messages
  TextReaderOptions options;
  LabelColumn labels = LabelColumn::required;
};

// CSV and TSV.
std::unique_ptr<TextReader> make_table_reader(RecordSource source, char delimiter);
std::unique_ptr<TextReader> make_json_lines_reader(RecordSource source);
std::unique_ptr<TextReader> make_fasttext_reader(RecordSource source);
// Each line is a text; labels are not read.
std::unique_ptr<TextReader> make_plain_lines_reader(RecordSource source);

}  // namespace mnemo
