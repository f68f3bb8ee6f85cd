#include "app/tasks/text/text_targets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "datasets/number_parser.h"
#include "mnemo/error.h"

namespace mnemo {

TextReaderOptions reader_for(TextTargetKind kind, TextReaderOptions reader) {
  reader.several_labels = kind == TextTargetKind::labels || kind == TextTargetKind::automatic;
  return reader;
}

TextAnswer answer_of(TextTargetKind kind, bool has_several) {
  switch (kind) {
    case TextTargetKind::automatic:
      return has_several ? TextAnswer::labels : TextAnswer::classes;
    case TextTargetKind::label:
      return TextAnswer::classes;
    case TextTargetKind::labels:
      return TextAnswer::labels;
    case TextTargetKind::number:
      return TextAnswer::numbers;
  }
  throw Error("unhandled kind of target");
}

void renumber(const LabelSet& set, const std::vector<std::string>& names,
              std::vector<int32_t>& labels, const std::string& file) {
  std::vector<int32_t> number_of;  // of each name in the file
  for (const auto& name : names) {
    const auto number = set.find(name);
    if (!number) {
      throw Error(fmt::format(
          "{}: the label \"{}\" does not occur in the training file, so nothing could learn it",
          file, name));
    }
    number_of.push_back(static_cast<int32_t>(*number));
  }
  for (auto& label : labels) {
    if (label >= 0) label = number_of[static_cast<size_t>(label)];
  }
}

LabelLists renumbered(const LabelSet& set, const std::vector<std::string>& names,
                      const LabelLists& lists, const std::string& file, const Warn& warn) {
  std::vector<std::string> unknown;
  std::vector<int32_t> number_of;  // of each name in the file; -1: the set lacks it
  for (const auto& name : names) {
    const auto number = set.find(name);
    if (!number) unknown.push_back(name);
    number_of.push_back(static_cast<int32_t>(number.value_or(-1)));
  }
  if (!unknown.empty()) {
    warn(fmt::format("{}: labels that do not occur in the training file are left out: {}", file,
                     fmt::join(unknown, ", ")));
  }
  LabelLists result;
  std::vector<int32_t> labels;
  for (int64_t row = 0; row < lists.size(); ++row) {
    labels.clear();
    for (const int32_t label : lists.of(row)) {
      const int32_t number = number_of[static_cast<size_t>(label)];
      if (number >= 0) labels.push_back(number);
    }
    result.add(labels);
  }
  return result;
}

std::vector<double> numbers_in(const LabelledTexts& data, const std::string& file) {
  std::vector<double> number_of;  // of each name in the file
  for (const auto& name : data.label_names) {
    const auto number = parse_number(name);
    if (!number || !std::isfinite(*number)) {
      throw Error(fmt::format(
          "{}: the label \"{}\" is no number; with `target-kind` number all labels are numbers "
          "(`target-kind` class takes any label)",
          file, name));
    }
    number_of.push_back(*number);
  }
  std::vector<double> numbers;
  for (const int32_t label : data.labels) {
    numbers.push_back(number_of[static_cast<size_t>(label)]);
  }
  return numbers;
}

std::vector<int32_t> strata_of(const LabelLists& lists, int64_t labels) {
  std::vector<int64_t> rows_of(static_cast<size_t>(labels), 0);
  for (const int32_t label : lists.numbers) ++rows_of[static_cast<size_t>(label)];
  std::vector<int32_t> strata;
  for (int64_t row = 0; row < lists.size(); ++row) {
    const auto own = lists.of(row);
    const auto rarest = std::ranges::min_element(
        own, {}, [&](int32_t label) { return rows_of[static_cast<size_t>(label)]; });
    strata.push_back(rarest == own.end() ? static_cast<int32_t>(labels) : *rarest);
  }
  return strata;
}

void warn_of_amounts(const LabelSet& labels, int64_t rows, const std::string& file,
                     const Warn& warn) {
  constexpr int64_t kLeastNumbers = 20;       // ratings have fewer
  constexpr int64_t kMostRowsOfNumber = 200;  // on average; codes of classes have more
  if (labels.size() < kLeastNumbers || rows > kMostRowsOfNumber * labels.size()) return;
  const auto is_number = [](const std::string& name) {
    const auto number = parse_number(name);
    return number && std::isfinite(*number);
  };
  if (!std::ranges::all_of(labels.names(), is_number)) return;
  warn(
      fmt::format("{}: its {} labels are different numbers, and each is learnt as a class of its "
                  "own; if they are amounts, such as hours or prices, add `target-kind` number",
                  file, labels.size()));
}

}  // namespace mnemo
