// The beginning of a NumPy .npy file, in format versions 1.0, 2.0 and 3.0: what items follow it.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace mnemo {

struct NpyHeader {
  char kind = 0;          // NumPy's letter: f, i, u, b (bool), U (UTF-32) or S (bytes)
  int64_t item_size = 0;  // bytes
  bool big_endian = false;
  bool fortran_order = false;  // the first index runs fastest, not the last
  std::vector<int64_t> shape;

  int64_t count() const;  // of items
};

// Reads up to where the items begin; all of them together are fewer than 2^63 bytes. Throws Error
// for what is no such file, a damaged header, items that are neither numbers nor text (Python
// objects above all), and an array without items.
NpyHeader read_npy_header(std::istream& input, const std::string& name);

}  // namespace mnemo
