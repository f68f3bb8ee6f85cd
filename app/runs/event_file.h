// TensorBoard's event files: records of tagged numbers by step.
//
// A file is a row of TFRecords (length, checksum, data, checksum; CRC-32C, masked), each an Event
// of TensorFlow's event.proto in protobuf's wire format, of which mnemo needs five fields.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mnemo {

// In the folder of a run; TensorBoard knows event files by a part of this name.
inline constexpr const char* kEventFile = "events.out.tfevents.mnemo";

struct TaggedNumber {
  std::string tag;
  double value = 0.0;
};

// The record that a file begins with. `seconds`: since 1970, as in those behind it.
std::string first_event(double seconds);
std::string event_record(double seconds, int64_t step, std::span<const TaggedNumber> numbers);

// CRC-32C (Castagnoli) of the bytes.
uint32_t crc32c(std::string_view bytes);

}  // namespace mnemo
