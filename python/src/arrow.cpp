#include "python/src/arrow.h"

#include <nanobind/stl/string.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace mnemo::python {
namespace {

constexpr int64_t kNoTime = std::numeric_limits<int64_t>::min();

bool bit(const void* bitmap, int64_t place) {
  return (static_cast<const uint8_t*>(bitmap)[place / 8] >> (place % 8) & 1) != 0;
}

bool is_valid(const ArrowArray& array, int64_t row) {
  if (array.n_buffers == 0) return false;  // a column of nothing but missing values
  const void* const bitmap = array.buffers[0];
  return bitmap == nullptr || bit(bitmap, array.offset + row);
}

template <typename Value>
Value item(const ArrowArray& array, int64_t row) {
  return static_cast<const Value*>(array.buffers[1])[array.offset + row];
}

int64_t whole_at(const ArrowArray& array, int64_t row, char format) {
  switch (format) {
    case 'c':
      return item<int8_t>(array, row);
    case 'C':
      return item<uint8_t>(array, row);
    case 's':
      return item<int16_t>(array, row);
    case 'S':
      return item<uint16_t>(array, row);
    case 'i':
      return item<int32_t>(array, row);
    case 'I':
      return item<uint32_t>(array, row);
    default:
      return item<int64_t>(array, row);
  }
}

double number_at(const ArrowArray& array, int64_t row, char format) {
  if (format == 'f') return static_cast<double>(item<float>(array, row));
  if (format == 'L') return static_cast<double>(item<uint64_t>(array, row));
  return item<double>(array, row);
}

// A text's bytes, of arrays with offsets.
template <typename Offset>
std::string_view text_at(const ArrowArray& array, int64_t row) {
  const auto* const offsets = static_cast<const Offset*>(array.buffers[1]) + array.offset + row;
  return {static_cast<const char*>(array.buffers[2]) + offsets[0],
          static_cast<size_t>(offsets[1] - offsets[0])};
}

// Arrays of views have 16 bytes each, which hold a short text themselves, or say where a long one
// is.
std::string_view viewed_text_at(const ArrowArray& array, int64_t row) {
  constexpr int32_t kMostInside = 12;
  const char* const view = static_cast<const char*>(array.buffers[1]) + 16 * (array.offset + row);
  int32_t length = 0, buffer = 0, offset = 0;
  std::memcpy(&length, view, sizeof length);
  if (length <= kMostInside) return {view + 4, static_cast<size_t>(length)};
  std::memcpy(&buffer, view + 8, sizeof buffer);
  std::memcpy(&offset, view + 12, sizeof offset);
  return {static_cast<const char*>(array.buffers[2 + buffer]) + offset,
          static_cast<size_t>(length)};
}

struct TimeType {
  std::string unit, zone;
};

std::optional<TimeType> time_type(const std::string& format) {
  if (format == "tdD") return TimeType{"D", ""};
  if (format == "tdm") return TimeType{"ms", ""};
  if (!format.starts_with("ts") || format.size() < 4) return std::nullopt;
  const char unit = format[2];
  return TimeType{unit == 's' ? "s" : std::string(1, unit) + "s", format.substr(4)};
}

ArrowKind kind_of(const std::string& format, const std::string& name) {
  if (time_type(format)) return ArrowKind::time;
  if (format == "u" || format == "U" || format == "vu" || format == "n") return ArrowKind::word;
  if (format == "b") return ArrowKind::flag;
  if (format.size() == 1 && std::strchr("cCsSiIl", format[0]) != nullptr) return ArrowKind::whole;
  if (format == "f" || format == "g" || format == "L") return ArrowKind::number;
  const std::string message = "column '" + name + "' is of Arrow's type \"" + format +
                              "\"; numbers, words, times and categories are read";
  throw nb::type_error(message.c_str());
}

const char* name_of(ArrowKind kind) {
  switch (kind) {
    case ArrowKind::whole:
      return "whole";
    case ArrowKind::number:
      return "number";
    case ArrowKind::flag:
      return "flag";
    case ArrowKind::word:
      return "word";
    case ArrowKind::time:
      return "time";
  }
  throw nb::type_error("unhandled kind of column");
}

nb::ndarray<nb::numpy, int64_t> array_of(std::vector<int64_t> numbers) {
  auto* const kept = new std::vector<int64_t>(std::move(numbers));
  const nb::capsule owner(
      kept, [](void* memory) noexcept { delete static_cast<std::vector<int64_t>*>(memory); });
  return nb::ndarray<nb::numpy, int64_t>(kept->data(), {kept->size()}, owner);
}

// Releases what it holds.
template <typename Held>
struct Owned {
  Held value = {};
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (value.release != nullptr) value.release(&value);
  }
};

std::vector<ArrowColumn> columns_of(const ArrowSchema& schema) {
  std::vector<ArrowColumn> columns;
  if (std::strcmp(schema.format, "+s") != 0) {
    columns.emplace_back(schema, "values");
    return columns;
  }
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& child = *schema.children[i];
    columns.emplace_back(child, child.name == nullptr ? "" : child.name);
  }
  return columns;
}

void append(std::vector<ArrowColumn>& columns, const ArrowSchema& schema, const ArrowArray& array) {
  if (std::strcmp(schema.format, "+s") != 0) {
    columns.front().append(array, 0, array.length);
    return;
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    columns[i].append(*array.children[i], array.offset, array.length);
  }
}

nb::list taken(std::vector<ArrowColumn>& columns) {
  nb::list all;
  for (auto& column : columns) all.append(column.take());
  return all;
}

void* pointer_in(const nb::object& capsule, const char* name) {
  void* const pointer = PyCapsule_GetPointer(capsule.ptr(), name);
  if (pointer == nullptr) throw nb::python_error();
  return pointer;
}

nb::list read_stream(const nb::object& capsule) {
  auto& stream = *static_cast<ArrowArrayStream*>(pointer_in(capsule, "arrow_array_stream"));
  if (stream.release == nullptr) throw nb::value_error("the stream was read already");
  const auto require = [&stream](int code) {
    if (code == 0) return;
    const char* const why = stream.get_last_error(&stream);
    throw nb::value_error(why == nullptr ? "the Arrow stream failed" : why);
  };
  Owned<ArrowSchema> schema;
  require(stream.get_schema(&stream, &schema.value));
  auto columns = columns_of(schema.value);
  while (true) {
    Owned<ArrowArray> chunk;
    require(stream.get_next(&stream, &chunk.value));
    if (chunk.value.release == nullptr) return taken(columns);
    append(columns, schema.value, chunk.value);
  }
}

// The capsules keep what they hold.
nb::list read_array(const nb::object& schema, const nb::object& array) {
  const auto& type = *static_cast<ArrowSchema*>(pointer_in(schema, "arrow_schema"));
  auto columns = columns_of(type);
  append(columns, type, *static_cast<ArrowArray*>(pointer_in(array, "arrow_array")));
  return taken(columns);
}

}  // namespace

ArrowColumn::ArrowColumn(const ArrowSchema& schema, std::string name)
    : name_(std::move(name)),
      format_(schema.dictionary == nullptr ? schema.format : schema.dictionary->format),
      index_format_(schema.dictionary == nullptr ? "" : schema.format),
      kind_(kind_of(format_, name_)) {
  if (const auto time = time_type(format_)) {
    unit_ = time->unit;
    zone_ = time->zone;
  }
}

void ArrowColumn::append(const ArrowArray& array, int64_t first, int64_t count) {
  if (kind_ == ArrowKind::word) {
    append_words(array, first, count);
    return;
  }
  for (int64_t row = first; row < first + count; ++row) {
    if (!is_valid(array, row)) {
      append_missing();
    } else if (index_format_.empty()) {
      append_values(array, row);
    } else {
      const int64_t index = whole_at(array, row, index_format_[0]);
      is_valid(*array.dictionary, index) ? append_values(*array.dictionary, index)
                                         : append_missing();
    }
  }
}

void ArrowColumn::append_values(const ArrowArray& array, int64_t row) {
  switch (kind_) {
    case ArrowKind::whole:
      wholes_.push_back(whole_at(array, row, format_[0]));
      return;
    case ArrowKind::number:
      numbers_.push_back(number_at(array, row, format_[0]));
      return;
    case ArrowKind::flag:
      wholes_.push_back(bit(array.buffers[1], array.offset + row) ? 1 : 0);
      return;
    case ArrowKind::time:
      wholes_.push_back(unit_ == "D" ? item<int32_t>(array, row) : item<int64_t>(array, row));
      return;
    case ArrowKind::word:
      return;  // see append_words()
  }
}

void ArrowColumn::append_missing() {
  has_missing_ = true;
  if (kind_ == ArrowKind::number) {
    numbers_.push_back(std::nan(""));
  } else {
    wholes_.push_back(kNoTime);
  }
}

nb::object ArrowColumn::word_at(const ArrowArray& array, int64_t row) const {
  if (!is_valid(array, row)) return nb::none();
  const auto text = format_ == "u"   ? text_at<int32_t>(array, row)
                    : format_ == "U" ? text_at<int64_t>(array, row)
                                     : viewed_text_at(array, row);
  return to_str(text);
}

void ArrowColumn::append_words(const ArrowArray& array, int64_t first, int64_t count) {
  if (index_format_.empty()) {
    for (int64_t row = first; row < first + count; ++row) words_.append(word_at(array, row));
    return;
  }
  nb::list categories;
  for (int64_t i = 0; i < array.dictionary->length; ++i) {
    categories.append(word_at(*array.dictionary, i));
  }
  for (int64_t row = first; row < first + count; ++row) {
    if (is_valid(array, row)) {
      words_.append(categories[static_cast<size_t>(whole_at(array, row, index_format_[0]))]);
    } else {
      words_.append(nb::none());
    }
  }
}

nb::object ArrowColumn::array_of_numbers() {
  const size_t rows = numbers_.size();
  return nb::cast(to_array(std::move(numbers_), {rows}));
}

nb::tuple ArrowColumn::take() {
  nb::object values;
  ArrowKind kind = kind_;
  if (kind == ArrowKind::word) {
    values = words_;
  } else if (kind == ArrowKind::number) {
    values = array_of_numbers();
  } else if (kind != ArrowKind::time && has_missing_) {
    for (const int64_t whole : wholes_) {
      numbers_.push_back(whole == kNoTime ? std::nan("") : static_cast<double>(whole));
    }
    kind = ArrowKind::number;
    values = array_of_numbers();
  } else {
    values = nb::cast(array_of(std::move(wholes_)));
  }
  return nb::make_tuple(to_str(name_), name_of(kind), values, unit_, zone_);
}

void define_arrow(nb::module_& module) {
  module.def("read_arrow_stream", &read_stream, nb::arg("capsule"));
  module.def("read_arrow_array", &read_array, nb::arg("schema"), nb::arg("array"));
}

}  // namespace mnemo::python
