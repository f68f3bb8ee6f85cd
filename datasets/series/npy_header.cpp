#include "datasets/series/npy_header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <functional>
#include <limits>
#include <numeric>
#include <string_view>
#include <system_error>
#include <utility>

#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/series/series_checks.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// The header proper: a Python dict such as
// {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
class DictReader {
 public:
  DictReader(std::string_view text, std::string name)
      : text_(text), rest_(text), name_(std::move(name)) {}

  NpyHeader read() {
    expect("{");
    while (!take("}")) {
      read_entry(quoted_string());
      if (!take(",")) {
        expect("}");
        break;
      }
    }
    if (!trimmed(rest_).empty()) fail_damaged();
    if (!has_items_ || !has_order_ || !has_shape_) fail_damaged();
    return std::move(header_);
  }

 private:
  void read_entry(std::string_view key) {
    if (key == "descr" && !std::exchange(has_items_, true)) return read_item_type();
    if (key == "fortran_order" && !std::exchange(has_order_, true)) return read_order();
    if (key == "shape" && !std::exchange(has_shape_, true)) return read_shape();
    fail_damaged();
  }

  // Such as '<f8': order of bytes, kind, and size (of text: in characters).
  void read_item_type() {
    expect(":");
    if (next_is('[')) {
      throw Error(fmt::format(
          "{}: the items are records of several fields; save an array of plain numbers", name_));
    }
    const std::string_view type = quoted_string();
    const char order = type.empty() ? '\0' : type.front();
    int64_t size = 0;
    const bool is_sized = type.size() >= 3 && read_whole(type.substr(2), size);
    if (std::string_view("<>|=").find(order) == std::string_view::npos ||
        (!is_sized && type.substr(1) != "O") || size > kLongestText) {
      refuse(type);
    }
    header_.kind = type[1];
    header_.big_endian = order == '>' || (order == '=' && std::endian::native == std::endian::big);
    header_.item_size = header_.kind == 'U' ? 4 * size : size;
    if (!is_known()) refuse(type);
  }

  bool is_known() const {
    const int64_t size = header_.item_size;
    switch (header_.kind) {
      case 'b':
        return size == 1;
      case 'i':
      case 'u':
        return size == 1 || size == 2 || size == 4 || size == 8;
      case 'f':
        return size == 2 || size == 4 || size == 8;
      case 'U':
      case 'S':
        return size >= 1;
      default:
        return false;
    }
  }

  [[noreturn]] void refuse(std::string_view type) const {
    if (type.find('O') != std::string_view::npos) {
      throw Error(
          fmt::format("{}: the items are Python objects, which only Python can read (a pickle); "
                      "save an array of numbers, or of text for labels. Series of different "
                      "lengths are no array: write them as .ts or CSV",
                      name_));
    }
    throw Error(
        fmt::format("{}: items of type {} are not read; convert the array to float32 first, or "
                    "labels to integers or text (array.astype)",
                    name_, in_quotes(type)));
  }

  void read_order() {
    expect(":");
    if (take("True")) {
      header_.fortran_order = true;
    } else {
      expect("False");
    }
  }

  void read_shape() {
    expect(":");
    expect("(");
    while (!take(")")) {
      skip_spaces();
      const std::string_view digits = rest_.substr(0, rest_.find_first_not_of("0123456789"));
      int64_t length = 0;
      if (!read_whole(digits, length)) fail_damaged();
      header_.shape.push_back(length);
      rest_.remove_prefix(digits.size());
      take("L");  // Python 2 wrote long integers so
      if (!take(",")) {
        expect(")");
        break;
      }
    }
  }

  static bool read_whole(std::string_view digits, int64_t& number) {
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, number);
    return error == std::errc() && rest == end && number >= 0;
  }

  std::string_view quoted_string() {
    skip_spaces();
    if (!next_is('\'') && !next_is('"')) fail_damaged();
    const size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos) fail_damaged();
    const std::string_view content = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return content;
  }

  void skip_spaces() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
  }

  bool next_is(char letter) {
    skip_spaces();
    return rest_.starts_with(letter);
  }

  bool take(std::string_view word) {
    skip_spaces();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  void expect(std::string_view word) {
    if (!take(word)) fail_damaged();
  }

  [[noreturn]] void fail_damaged() const {
    throw Error(fmt::format("{}: the header is damaged at character {}: {}; save the array anew",
                            name_, text_.size() - rest_.size() + 1, in_quotes(rest_)));
  }

  static constexpr int64_t kLongestText = int64_t{1} << 32;  // so that no size overflows

  std::string_view text_;
  std::string_view rest_;
  std::string name_;
  bool has_items_ = false, has_order_ = false, has_shape_ = false;
  NpyHeader header_;
};

std::string read_bytes(std::istream& input, size_t count, const std::string& name) {
  std::string bytes(count, '\0');
  input.read(bytes.data(), static_cast<std::streamsize>(count));
  if (static_cast<size_t>(input.gcount()) == count) return bytes;
  throw Error(fmt::format("{}: the file ends within its header; save the array anew", name));
}

void require_magic(std::istream& input, const std::string& name) {
  constexpr std::string_view kMagic = "\x93NUMPY";
  std::string bytes(kMagic.size(), '\0');
  input.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (bytes == kMagic) return;
  if (input.gcount() == 0) throw Error(fmt::format("{} is empty", name));
  if (bytes.starts_with("PK")) {
    throw Error(fmt::format(
        "{} is an archive of arrays (.npz); save one array a file, with numpy.save", name));
  }
  throw Error(fmt::format(
      "{} is no NumPy array: it does not begin as .npy files do; write it with numpy.save", name));
}

size_t little_endian(std::string_view bytes) {
  size_t number = 0;
  for (size_t i = bytes.size(); i > 0; --i) {
    number = number << 8U | static_cast<unsigned char>(bytes[i - 1]);
  }
  return number;
}

void require_items_that_fit(const NpyHeader& header, const std::string& name) {
  int64_t bytes = header.item_size;
  for (const int64_t length : header.shape) {
    if (length == 0) {
      throw Error(fmt::format("{}: the array of shape ({}) has no items", name,
                              fmt::join(header.shape, ", ")));
    }
  }
  for (const int64_t length : header.shape) {
    if (bytes > std::numeric_limits<int64_t>::max() / length) {
      throw Error(
          fmt::format("{}: an array of shape ({}) is larger than any file; the header is damaged, "
                      "save the array anew",
                      name, fmt::join(header.shape, ", ")));
    }
    bytes *= length;
  }
}

}  // namespace

int64_t NpyHeader::count() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

NpyHeader read_npy_header(std::istream& input, const std::string& name) {
  constexpr size_t kLongestHeader = 1 << 16;
  require_magic(input, name);
  const std::string version = read_bytes(input, 2, name);
  const int major = static_cast<unsigned char>(version[0]);
  if (major < 1 || major > 3) {
    throw Error(
        fmt::format("{}: format version {}.{} is not read, only 1.0, 2.0 and 3.0; save the array "
                    "with a current NumPy",
                    name, major, static_cast<int>(static_cast<unsigned char>(version[1]))));
  }
  const size_t length = little_endian(read_bytes(input, major == 1 ? 2 : 4, name));
  if (length > kLongestHeader) {
    throw Error(
        fmt::format("{}: a header of {} bytes was announced, where about 100 are usual; the file "
                    "is damaged, save the array anew",
                    name, length));
  }
  const std::string text = read_bytes(input, length, name);
  NpyHeader header = DictReader(text, name).read();
  require_items_that_fit(header, name);
  return header;
}

}  // namespace mnemo
