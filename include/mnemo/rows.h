// Data that are in memory already, in the place of a file.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mnemo {

// Numbers in time order, of one series or of several: what forecasters look back over.
struct Rows {
  std::vector<std::string> columns = {};
  std::vector<double> values = {};  // (rows, columns), one row after another; NaN: missing
  // (rows) The time of each, written as in the file that the model was trained on, or in any other
  // way that mnemo reads (docs/data.md); empty: none are known, and rows follow each other evenly.
  std::vector<std::string> times = {};
  // (rows) The name of the series that each belongs to; empty: all are of one. Rows of different
  // series may be mixed; within a series they are in time order.
  std::vector<std::string> series = {};
  // Further columns, by name, of words: (rows) each, "" where one is missing. For the columns that
  // `known` and `static` name.
  std::map<std::string, std::vector<std::string>> words = {};
};

// Texts with an answer each: a label, any number of labels, or a number.
struct TrainingTexts {
  std::vector<std::string> texts;                          // UTF-8; invalid bytes count as U+FFFD
  std::vector<std::string> labels = {};                    // of each; or
  std::vector<std::vector<std::string>> label_lists = {};  // of each, some maybe empty; or
  std::vector<double> numbers = {};                        // of each, with "target-kind" "number"
};

// Numeric series, of their own lengths, with an answer each.
struct TrainingSeries {
  std::vector<std::string> features;              // names
  std::vector<std::vector<float>> values;         // (steps, features) of each; NaN: missing
  std::vector<std::string> labels = {};           // of each; or
  std::vector<std::vector<double>> numbers = {};  // (targets) of each, with "target-kind" "number"
};

}  // namespace mnemo
