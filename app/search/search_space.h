// Says what a search may choose: knobs, each an option of `mnemo train TASK` with a range or a list
// of values. A point of the space is one number from 0 to 1 for each knob.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/settings/settings_text.h"
#include "app/settings/task.h"

namespace mnemo {

using Point = std::vector<double>;

class Knob {
 public:
  // One of these values; a list needs two at least.
  static Knob choice(std::string name, std::vector<std::string> values);
  // The knob goes from `least` to `most`, both included; `logarithmic` ones are above 0.
  static Knob real(std::string name, double least, double most, bool logarithmic);
  static Knob integer(std::string name, int64_t least, int64_t most, bool logarithmic);

  const std::string& name() const { return name_; }
  bool is_choice() const { return !values_.empty(); }
  // A choice of three or more numbers, each above the one before it: neighbours are alike.
  bool is_ordered() const { return is_ordered_; }
  const std::vector<std::string>& values() const { return values_; }  // of a choice

  // The value that a coordinate stands for; numbers have three significant digits.
  std::string value_at(double coordinate) const;
  // Its inverse: that of the nearest value, of a choice the middle of its share of 0 to 1. A value
  // that is no number, as "auto", or no choice of the list is beside the middle.
  double coordinate_of(const std::string& value) const;
  // The number of the choice that a coordinate is, from 0.
  size_t choice_at(double coordinate) const;
  // Values that show whether the option takes them: all choices, or both ends.
  std::vector<std::string> extremes() const;
  // The line that stands for it in a file, e.g. "learning-rate = 0.0005..0.01 log".
  std::string to_line() const;

 private:
  enum class Kind { choice, real, integer };
  Knob(Kind kind, std::string name) : kind_(kind), name_(std::move(name)) {}
  std::string number_at(double coordinate) const;

  Kind kind_;
  std::string name_;
  std::vector<std::string> values_;
  bool is_ordered_ = false;
  double least_ = 0.0, most_ = 1.0;
  bool logarithmic_ = false;
};

class SearchSpace {
 public:
  explicit SearchSpace(std::vector<Knob> knobs);

  const std::vector<Knob>& knobs() const { return knobs_; }
  Settings settings_at(const Point& point) const;
  // Only the knobs whose coordinates are others than those of `start` are named: what is not turned
  // stays as it was given, which may be no value of the space.
  Settings changes_at(const Point& point, const Point& start) const;
  Point point_of(const Settings& settings) const;
  // `start` with the knobs that are named turned: the inverse of changes_at().
  Point point_at(const Settings& changes, const Point& start) const;
  std::string to_text() const;

 private:
  std::vector<Knob> knobs_;
};

// One knob a line: `name = a|b|c`, `name = 0.1..0.5`, `name = 16..256 log`; # begins a comment. A
// range between whole numbers has whole numbers in it. Throws UsageError naming `name` and the
// line.
SearchSpace parse_space(const std::string& text, const std::string& name);

// The knobs that are worth searching for a task: the source article's five (learning rate, hidden
// units, batch size, sequence length, regularisation) and what we have found to matter. `by_size`:
// choose the size of a text model's vocabulary, too.
SearchSpace default_space(Task task, bool by_size);

}  // namespace mnemo
