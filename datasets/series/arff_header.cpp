#include "datasets/series/arff_header.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/lower_case.h"
#include "common/white_space.h"
#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Takes the first word, or what stands in quotes, from the front of `text`.
std::string take_word(std::string_view& text) {
  text = trimmed(text);
  std::string word;
  if (text.starts_with('\'') || text.starts_with('"')) {
    const size_t end = std::min(text.find(text.front(), 1), text.size());
    word = text.substr(1, end - 1);
    text.remove_prefix(std::min(end + 1, text.size()));
  } else {
    word = text.substr(0, text.find_first_of(" \t{"));
    text.remove_prefix(word.size());
  }
  text = trimmed(text);
  return word;
}

Attribute read_attribute(std::string_view value, const TsLines& lines) {
  Attribute attribute;
  attribute.name = take_word(value);
  if (attribute.name.empty()) lines.fail("@attribute has no name");
  if (value.starts_with('{')) {
    const size_t end = value.rfind('}');
    if (end == std::string_view::npos) lines.fail("the list of labels is not closed by }");
    attribute.type = "nominal";
    attribute.labels = arff_fields(value.substr(1, end - 1), lines);
  } else {
    attribute.type = lower_case(take_word(value));
  }
  return attribute;
}

}  // namespace

int64_t ArffHeader::find(const std::string& name) const {
  const auto found = std::ranges::find(attributes, name, &Attribute::name);
  return found == attributes.end() ? -1 : found - attributes.begin();
}

ArffHeader read_arff_header(TsLines& lines) {
  ArffHeader header;
  bool is_inside = false;  // of a relational attribute
  std::string_view line;
  while (lines.next(line)) {
    if (line.front() == '%') continue;
    if (line.front() != '@') {
      lines.fail(
          fmt::format("{} stands where the header was expected: tags such as \"@attribute "
                      "x numeric\", and \"@data\" in the line above the first row",
                      in_quotes(line)));
    }
    std::string_view rest = line.substr(1);
    const std::string tag = lower_case(take_word(rest));
    if (tag == "data") {
      if (!header.attributes.empty()) return header;
      lines.fail("there is no @attribute above @data");
    }
    if (tag == "end" && is_inside) {
      is_inside = false;
    } else if (tag == "attribute") {
      auto attribute = read_attribute(rest, lines);
      if (is_inside) {
        header.attributes.back().inner.push_back(attribute.name);
        continue;
      }
      is_inside = attribute.type == "relational";
      header.attributes.push_back(std::move(attribute));
    } else {
      header.tags[tag] = rest;
    }
  }
  if (lines.number() == 0) throw Error(fmt::format("{} is empty", lines.name()));
  throw Error(
      fmt::format("{}: the file ends after {} without an \"@data\" line, behind which the rows "
                  "were expected",
                  lines.name(), counted(lines.number(), "line")));
}

std::vector<std::string> arff_fields(std::string_view row, const TsLines& lines) {
  std::vector<std::string> fields;
  for (bool more = true; more;) {
    std::string& field = fields.emplace_back();
    row.remove_prefix(std::min(row.find_first_not_of(" \t"), row.size()));
    if (row.starts_with('\'') || row.starts_with('"')) {
      const char quote = row.front();
      size_t i = 1;
      for (; i < row.size() && row[i] != quote; ++i) {
        const bool is_escape = row[i] == '\\' && i + 1 < row.size();
        if (is_escape) ++i;
        field.push_back(is_escape && row[i] == 'n' ? '\n' : row[i]);
      }
      if (i >= row.size()) lines.fail("a quoted field is not closed in its line");
      row.remove_prefix(i + 1);
      const size_t comma = std::min(row.find(','), row.size());
      if (!trimmed(row.substr(0, comma)).empty()) {
        lines.fail("text stands behind the closing quote of a field");
      }
      more = comma < row.size();
      row.remove_prefix(std::min(comma + 1, row.size()));
    } else {
      const size_t comma = std::min(row.find(','), row.size());
      field = trimmed(row.substr(0, comma));
      more = comma < row.size();
      row.remove_prefix(std::min(comma + 1, row.size()));
    }
  }
  return fields;
}

}  // namespace mnemo
