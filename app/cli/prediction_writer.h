// Predictions as lines of text.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "app/support/enum_names.h"
#include "datasets/labels.h"

namespace mnemo {

enum class PredictionFormat { tsv, jsonl };

template <>
struct EnumNames<PredictionFormat> {
  static constexpr std::array table = {EnumName{PredictionFormat::tsv, "tsv"},
                                       EnumName{PredictionFormat::jsonl, "jsonl"}};
};

// One line, its line break included, for C probabilities.
// tsv: `label<TAB>probability`, `top` such pairs with top > 1, best first; tabs, line breaks and
// backslashes in labels are escaped as \t \n \r \\. jsonl: {"label", "probability"}, and with top >
// 1 "labels" and "probabilities", best first.
std::string prediction_line(const LabelSet& labels, std::span<const float> probabilities,
                            int64_t top, PredictionFormat format);

// The same of any number of labels: all whose probability reaches their threshold, the likeliest
// first; or, with `top` above 0, so many. tsv: `label<TAB>probability` for each, hence an empty
// line where there is none; jsonl: {"labels", "probabilities"}.
std::string labels_line(const LabelSet& labels, std::span<const float> probabilities,
                        std::span<const double> thresholds, int64_t top, PredictionFormat format);

// A line of these functions that begins with an id: tsv: id<TAB>, escaped as labels are; jsonl: the
// first key "id".
std::string with_id(const std::string& id, const std::string& line, PredictionFormat format);

// One line, its line break included. tsv: the numbers with tabs between; jsonl: {"values"}.
std::string numbers_line(std::span<const float> numbers, PredictionFormat format);

}  // namespace mnemo
