// The beginning of an .arff or .tsf file: its attributes, and other tags.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/series/ts_header.h"

namespace mnemo {

struct Attribute {
  std::string name;
  std::string type;                 // in small letters: "numeric", "string", "relational", ...
  std::vector<std::string> labels;  // of a nominal one, whose type is then "nominal"
  std::vector<std::string> inner;   // of a relational one: the names of its attributes
};

struct ArffHeader {
  std::vector<Attribute> attributes;
  std::map<std::string, std::string> tags;  // others: names in small letters, without @

  // -1: there is none of that name.
  int64_t find(const std::string& name) const;
};

// Reads up to and with the line "@data". Throws Error for a line that is no tag.
ArffHeader read_arff_header(TsLines& lines);

// The fields of a row, divided by commas outside of quotes of either kind, without these and the
// white space around; in quotes a backslash makes the next letter literal, and \n a line break.
// Throws Error for a quote that is not closed.
std::vector<std::string> arff_fields(std::string_view row, const TsLines& lines);

}  // namespace mnemo
