#include "app/runs/event_file.h"

#include <array>
#include <bit>

namespace mnemo {
namespace {

static_assert(std::endian::native == std::endian::little, "records are little-endian");

template <typename Number>
void append_bytes(std::string& bytes, Number number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

// The table of the reflected polynomial 0x1EDC6F41.
constexpr std::array<uint32_t, 256> make_crc_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0x82F63B78U : crc >> 1U;
    table[i] = crc;
  }
  return table;
}

uint32_t masked_crc(std::string_view bytes) { return std::rotr(crc32c(bytes), 15) + 0xA282EAD8U; }

std::string record(std::string_view data) {
  std::string length, bytes;
  append_bytes(length, static_cast<uint64_t>(data.size()));
  bytes += length;
  append_bytes(bytes, masked_crc(length));
  bytes += data;
  append_bytes(bytes, masked_crc(data));
  return bytes;
}

// protobuf's wire format: a field's number and kind, then its value.
enum class Wire : uint8_t { varint = 0, eight_bytes = 1, length_delimited = 2, four_bytes = 5 };

void append_varint(std::string& bytes, uint64_t value) {
  for (; value >= 0x80U; value >>= 7U) bytes += static_cast<char>(value | 0x80U);
  bytes += static_cast<char>(value);
}

void append_key(std::string& bytes, uint64_t field, Wire wire) {
  append_varint(bytes, field << 3U | static_cast<uint64_t>(wire));
}

void append_text(std::string& bytes, uint64_t field, std::string_view text) {
  append_key(bytes, field, Wire::length_delimited);
  append_varint(bytes, text.size());
  bytes += text;
}

// Event: wall_time = 1, step = 2, file_version = 3, summary = 5.
std::string event_at(double seconds) {
  std::string event;
  append_key(event, 1, Wire::eight_bytes);
  append_bytes(event, seconds);
  return event;
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  static constexpr auto kTable = make_crc_table();
  uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) crc = kTable[(crc ^ static_cast<uint8_t>(c)) & 0xFFU] ^ (crc >> 8U);
  return ~crc;
}

std::string first_event(double seconds) {
  std::string event = event_at(seconds);
  append_text(event, 3, "brain.Event:2");
  return record(event);
}

std::string event_record(double seconds, int64_t step, std::span<const TaggedNumber> numbers) {
  std::string summary;  // value = 1: tag = 1, simple_value = 2
  for (const auto& [tag, number] : numbers) {
    std::string value;
    append_text(value, 1, tag);
    append_key(value, 2, Wire::four_bytes);
    append_bytes(value, static_cast<float>(number));
    append_text(summary, 1, value);
  }
  std::string event = event_at(seconds);
  append_key(event, 2, Wire::varint);
  append_varint(event, static_cast<uint64_t>(step));
  append_text(event, 5, summary);
  return record(event);
}

}  // namespace mnemo
