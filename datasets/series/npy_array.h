// One array in NumPy's .npy format, whose items come in the order of the file.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/series/npy_header.h"

namespace mnemo {

class NpyArray {
 public:
  // Reads the header; `input` must outlive this. `name` stands in messages. `size`: of all of the
  // input, if it is known.
  NpyArray(std::istream& input, std::string name, std::optional<int64_t> size);

  const std::string& name() const { return name_; }
  const std::vector<int64_t>& shape() const { return header_.shape; }
  bool is_text() const { return header_.kind == 'U' || header_.kind == 'S'; }
  std::string shape_text() const;

  // All items, in C order; one of the two, once. They read the input to its end, and throw Error
  // where it has fewer items than its header says, or more.
  std::vector<float> read_numbers();
  std::vector<std::string> read_texts();

 private:
  using Index = std::array<int64_t, 3>;  // no array that is read has more dimensions

  // Calls use(bytes, first) for runs of whole items, of which the first is number `first` in the
  // file, and requires that the file ends with the last one.
  template <typename Use>
  void read_items(Use use);
  void read_piece(std::string& bytes, int64_t count);

  template <typename Value>
  std::vector<Value> in_c_order(std::vector<Value> values) const;
  Index index_of(int64_t position) const;
  [[noreturn]] void fail_at(int64_t position, std::string_view what) const;

  float number_at(int64_t position, double value) const;
  template <typename Item>
  std::string text_of(Item item, int64_t position) const;
  std::string text_of_characters(std::string_view bytes, int64_t position) const;

  std::string name_;
  std::istream& input_;
  NpyHeader header_;
  std::optional<int64_t> file_size_;
};

}  // namespace mnemo
