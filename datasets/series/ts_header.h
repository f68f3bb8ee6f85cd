// The lines of a .ts file, and its header.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mnemo {

// The lines that say something: neither blank nor comments.
class TsLines {
 public:
  // `name` stands in messages; `input` must outlive this.
  TsLines(std::istream& input, std::string name) : input_(input), name_(std::move(name)) {}

  // Without the white space around it, and valid until the next call; false at the end.
  bool next(std::string_view& line);

  int64_t number() const { return number_; }  // of the line read last
  const std::string& name() const { return name_; }

  // Throws Error for the line read last.
  [[noreturn]] void fail(std::string_view what) const;
  // The number in a cell of that line, NaN for ?. Throws Error for what is none, naming its place:
  // which value it is, and of which dimension; 0: there is one.
  float value_of(std::string_view cell, int64_t dimension, int64_t position) const;

 private:
  std::istream& input_;
  std::string name_;
  std::string text_;
  int64_t number_ = 0;
};

// A tag of the header says this.
template <typename Value>
struct TsClaim {
  Value value{};
  int64_t line = 0;  // 0: the header has no such tag
};

struct TsHeader {
  TsClaim<bool> univariate;
  TsClaim<bool> equal_length;
  TsClaim<bool> class_label;
  TsClaim<bool> target_label;
  TsClaim<int64_t> dimensions;
  TsClaim<int64_t> series_length;
  std::vector<std::string> classes;  // empty: any

  bool has_targets() const { return class_label.value || target_label.value; }
};

// The case without the times of its values: "1.5,2.5:a" of "(0,1.5),(1,2.5):a", which `kept` keeps.
// Throws Error for the line read last, for what is no such pair and for times that go back.
std::string_view remove_time_stamps(std::string_view text, std::string& kept, const TsLines& lines);

// Reads up to and with the line "@data". Throws Error for a line that is no known tag, a tag that
// comes twice, a value that is none for its tag, and tags that contradict each other.
TsHeader read_ts_header(TsLines& lines);

}  // namespace mnemo
