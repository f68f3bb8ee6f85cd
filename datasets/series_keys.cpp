#include "datasets/series_keys.h"

#include <utility>

#include "common/white_space.h"
#include "datasets/text_reader.h"

namespace mnemo {

void SeriesKeys::name_by(std::vector<size_t> columns) {
  columns_ = std::move(columns);
  if (!columns_.empty()) return;
  names = {""};
  keys = {{}};
}

int64_t SeriesKeys::empty_column(std::span<const std::string> cells) const {
  for (const size_t column : columns_) {
    if (trimmed(cells[column]).empty()) return static_cast<int64_t>(column);
  }
  return -1;
}

int64_t SeriesKeys::number_of(std::span<const std::string> cells) {
  if (columns_.empty()) return 0;
  constexpr char kBetween = '\x1F';  // stands in no name
  key_.clear();
  for (const size_t column : columns_) {
    if (!key_.empty()) key_ += kBetween;
    key_ += trimmed(cells[column]);
  }
  const auto known = numbers_.find(key_);
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<int64_t>(names.size());
  numbers_.emplace(key_, number);
  auto& own = keys.emplace_back();
  std::string name;
  for (const size_t column : columns_) {
    own.emplace_back(trimmed(cells[column]));
    replace_invalid_utf8(own.back());
    name += (name.empty() ? "" : "|") + own.back();
  }
  names.push_back(std::move(name));
  return number;
}

}  // namespace mnemo
