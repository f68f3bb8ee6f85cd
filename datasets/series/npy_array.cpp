#include "datasets/series/npy_array.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utf8.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/series/npy_header.h"
#include "datasets/series/series_checks.h"
#include "datasets/text_reader.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// IEEE 754 binary16.
struct Half {
  uint16_t bits;

  explicit operator float() const {
    const int exponent = bits >> 10 & 0x1F;
    const int fraction = bits & 0x3FF;
    const float sign = (bits & 0x8000) != 0 ? -1.0F : 1.0F;
    if (exponent == 0x1F) {
      return sign * (fraction == 0 ? std::numeric_limits<float>::infinity()
                                   : std::numeric_limits<float>::quiet_NaN());
    }
    if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
    return sign * std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
  }
};

struct Bool {
  uint8_t bits;

  explicit operator double() const { return bits == 0 ? 0 : 1; }
};

template <typename Item>
Item load(const char* bytes, bool big_endian) {
  std::array<char, sizeof(Item)> raw;
  std::copy_n(bytes, raw.size(), raw.begin());
  if (big_endian != (std::endian::native == std::endian::big)) std::ranges::reverse(raw);
  return std::bit_cast<Item>(raw);
}

template <typename Item>
double to_double(Item item) {
  if constexpr (std::is_same_v<Item, Half>) {
    return static_cast<float>(item);
  } else {
    return static_cast<double>(item);
  }
}

// use(Item()) with the type of the items, which are numbers.
template <typename Use>
void with_item_type(const NpyHeader& header, Use use) {
  switch (header.kind) {
    case 'f':
      return header.item_size == 2   ? use(Half{})
             : header.item_size == 4 ? use(float{})
                                     : use(double{});
    case 'i':
      return header.item_size == 1   ? use(int8_t{})
             : header.item_size == 2 ? use(int16_t{})
             : header.item_size == 4 ? use(int32_t{})
                                     : use(int64_t{});
    case 'u':
      return header.item_size == 1   ? use(uint8_t{})
             : header.item_size == 2 ? use(uint16_t{})
             : header.item_size == 4 ? use(uint32_t{})
                                     : use(uint64_t{});
    default:
      return use(Bool{});
  }
}

}  // namespace

NpyArray::NpyArray(std::istream& input, std::string name, std::optional<int64_t> size)
    : name_(std::move(name)),
      input_(input),
      header_(read_npy_header(input, name_)),
      file_size_(size) {}

std::string NpyArray::shape_text() const {
  return fmt::format("({}{})", fmt::join(shape(), ", "), shape().size() == 1 ? "," : "");
}

template <typename Use>
void NpyArray::read_items(Use use) {
  constexpr int64_t kBytesAtOnce = 1 << 18;
  const int64_t items_at_once = std::max<int64_t>(1, kBytesAtOnce / header_.item_size);
  std::string bytes;
  for (int64_t first = 0; first < header_.count(); first += items_at_once) {
    const int64_t items = std::min(items_at_once, header_.count() - first);
    read_piece(bytes, items * header_.item_size);
    use(bytes, first);
  }
  if (input_.get() != std::istream::traits_type::eof()) {
    throw Error(
        fmt::format("{}: bytes follow the array of shape {}; save it anew, one array a file", name_,
                    shape_text()));
  }
}

// Grows with what the file holds, and not with what a damaged header announces.
void NpyArray::read_piece(std::string& bytes, int64_t count) {
  constexpr int64_t kGrowth = 1 << 20;
  bytes.clear();
  while (std::ssize(bytes) < count) {
    const size_t known = bytes.size();
    bytes.resize(known + static_cast<size_t>(std::min(kGrowth, count - std::ssize(bytes))));
    input_.read(bytes.data() + known, static_cast<std::streamsize>(bytes.size() - known));
    if (static_cast<size_t>(input_.gcount()) == bytes.size() - known) continue;
    throw Error(
        fmt::format("{}: the file ends before the last item of an array of shape {}, {} bytes "
                    "each; save it anew",
                    name_, shape_text(), header_.item_size));
  }
}

std::vector<float> NpyArray::read_numbers() {
  std::vector<float> values;
  if (file_size_) {
    values.reserve(static_cast<size_t>(std::min(header_.count(), *file_size_ / header_.item_size)));
  }
  with_item_type(header_, [&]<typename Item>(Item) {
    read_items([&](std::string_view bytes, int64_t first) {
      for (size_t i = 0; i < bytes.size() / sizeof(Item); ++i) {
        const auto item = load<Item>(bytes.data() + i * sizeof(Item), header_.big_endian);
        values.push_back(number_at(first + static_cast<int64_t>(i), to_double(item)));
      }
    });
  });
  return in_c_order(std::move(values));
}

std::vector<std::string> NpyArray::read_texts() {
  std::vector<std::string> texts;
  if (is_text()) {
    const auto size = static_cast<size_t>(header_.item_size);
    read_items([&](std::string_view bytes, int64_t first) {
      for (size_t i = 0; i < bytes.size() / size; ++i) {
        texts.push_back(
            text_of_characters(bytes.substr(i * size, size), first + static_cast<int64_t>(i)));
      }
    });
    return in_c_order(std::move(texts));
  }
  with_item_type(header_, [&]<typename Item>(Item) {
    read_items([&](std::string_view bytes, int64_t first) {
      for (size_t i = 0; i < bytes.size() / sizeof(Item); ++i) {
        const auto item = load<Item>(bytes.data() + i * sizeof(Item), header_.big_endian);
        texts.push_back(text_of(item, first + static_cast<int64_t>(i)));
      }
    });
  });
  return in_c_order(std::move(texts));
}

template <typename Value>
std::vector<Value> NpyArray::in_c_order(std::vector<Value> values) const {
  if (!header_.fortran_order || shape().size() < 2) return values;
  std::vector<Value> ordered(values.size());
  for (size_t position = 0; position < values.size(); ++position) {
    const Index index = index_of(static_cast<int64_t>(position));
    int64_t place = 0;
    for (size_t i = 0; i < shape().size(); ++i) place = place * shape()[i] + index[i];
    ordered[static_cast<size_t>(place)] = std::move(values[position]);
  }
  return ordered;
}

// The index of the item at `position` in the file.
NpyArray::Index NpyArray::index_of(int64_t position) const {
  Index index{};
  for (size_t i = 0; i < shape().size(); ++i) {
    const size_t dimension = header_.fortran_order ? i : shape().size() - 1 - i;
    index[dimension] = position % shape()[dimension];
    position /= shape()[dimension];
  }
  return index;
}

void NpyArray::fail_at(int64_t position, std::string_view what) const {
  const Index index = index_of(position);
  throw Error(fmt::format("{}: the item at [{}] {}", name_,
                          fmt::join(index.begin(), index.begin() + std::ssize(shape()), ", "),
                          what));
}

float NpyArray::number_at(int64_t position, double value) const {
  const std::string_view fault = number_fault(value);
  if (!fault.empty()) {
    fail_at(position, fmt::format("({}) {}; a missing value is NaN", value, fault));
  }
  return static_cast<float>(value);
}

// Prints a number as Python does, but for whole numbers that are stored with a fraction: 3.0 gives
// "3".
template <typename Item>
std::string NpyArray::text_of(Item item, int64_t position) const {
  if constexpr (std::is_same_v<Item, Bool>) {
    return item.bits == 0 ? "False" : "True";
  } else if constexpr (std::is_integral_v<Item>) {
    return std::to_string(item);
  } else if constexpr (std::is_same_v<Item, Half>) {
    return text_of(static_cast<float>(item), position);
  } else {
    if (!std::isfinite(item)) {
      fail_at(position, fmt::format("is {}, where a label or a finite target was expected", item));
    }
    return fmt::format("{}", item);
  }
}

// Zeros fill short text up.
std::string NpyArray::text_of_characters(std::string_view bytes, int64_t position) const {
  std::string text;
  if (header_.kind == 'S') {
    text = bytes.substr(0, bytes.find_last_not_of('\0') + 1);
  } else {
    for (size_t i = 0; i < bytes.size(); i += sizeof(char32_t)) {
      const auto letter = load<char32_t>(bytes.data() + i, header_.big_endian);
      try {
        utf8::append(letter, std::back_inserter(text));
      } catch (const utf8::exception&) {
        fail_at(position, fmt::format("holds {:#x}, which is no character of Unicode",
                                      static_cast<uint32_t>(letter)));
      }
    }
    text.resize(text.find_last_not_of('\0') + 1);
  }
  if (trimmed(text).empty()) fail_at(position, "is empty, where a label was expected");
  if (text.find('\0') != std::string::npos || replace_invalid_utf8(text)) {
    fail_at(position, fmt::format("({}) is not valid UTF-8 text", in_quotes(text)));
  }
  return text;
}

}  // namespace mnemo
