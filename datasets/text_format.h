// A format of texts brings this with it: see text_formats.h for all of them.
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/text_reader.h"

namespace mnemo {

// A reader reads this.
struct RecordSource {
  std::unique_ptr<std::istream> input;  // none of a folder
  std::string name;                     // the path; in messages
  TextReaderOptions options;
  LabelColumn labels = LabelColumn::required;
  std::string head = {};                     // how the file begins; empty: cannot be known
  std::function<std::string()> sha256 = {};  // of the bytes read so far
};

struct TextFormat {
  std::vector<std::string> endings = {};
  // Other formats have these endings, too: a file is of this one if it begins like one.
  std::vector<std::string> shared_endings = {};
  bool (*begins_so)(std::string_view head) = nullptr;
  bool has_columns = false;  // a text and a label are found by name
  std::unique_ptr<TextReader> (*open)(RecordSource source) = nullptr;
  std::string description = {};  // one line
  std::string example = {};      // a few lines of a file
};

}  // namespace mnemo
