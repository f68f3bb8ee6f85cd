#include "common/zip_archive.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr std::string_view kLocalHeader = "PK\x03\x04", kEntryHeader = "PK\x01\x02";
constexpr std::string_view kEnd = "PK\x05\x06", kLocator64 = "PK\x06\x07", kEnd64 = "PK\x06\x06";
constexpr uint64_t kEndSize = 22, kLocatorSize = 20;
constexpr uint64_t kIn64Bits = 0xFFFFFFFF;  // a size or place that stands in the extra field

// Unpacks by inflate. The content grows with what can be unpacked, and not with what a damaged
// archive announces. Throws std::runtime_error.
std::string inflated(std::string_view packed, uint64_t size) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::runtime_error("zlib cannot be started");
  std::string content;
  std::array<char, 1 << 16> buffer;
  int state = Z_OK;
  size_t begin = 0;
  while (state == Z_OK && content.size() <= size) {
    if (stream.avail_in == 0) {
      const auto some = packed.substr(begin, size_t{1} << 30);
      begin += some.size();
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(some.data()));
      stream.avail_in = static_cast<uInt>(some.size());
    }
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    state = inflate(&stream, Z_NO_FLUSH);
    content.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("its packed data are broken off or changed");
  return content;
}

uint32_t checksum_of(std::string_view content) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
}

}  // namespace

ZipArchive::ZipArchive(std::string_view bytes, std::string name)
    : bytes_(bytes), name_(std::move(name)) {
  try {
    read_directory();
  } catch (const std::exception& error) {
    throw Error(fmt::format("{}: it cannot be read as a zip archive: {}", name_, error.what()));
  }
}

std::string_view ZipArchive::part(uint64_t begin, uint64_t size) const {
  if (begin > bytes_.size() || size > bytes_.size() - begin) {
    throw std::out_of_range("it is cut short, or its directory is damaged");
  }
  return bytes_.substr(begin, size);
}

uint64_t ZipArchive::number(uint64_t begin, size_t size) const {
  uint64_t value = 0;
  const auto little_endian = part(begin, size);
  for (size_t i = size; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(little_endian[i]);
  }
  return value;
}

void ZipArchive::read_directory() {
  const auto end = bytes_.rfind(kEnd);  // a comment of any length may follow
  if (end == std::string_view::npos) throw std::runtime_error("it has no directory");
  part(end, kEndSize);
  uint64_t count = number(end + 10, 2), begin = number(end + 16, 4);
  if (end >= kLocatorSize && part(end - kLocatorSize, 4) == kLocator64) {
    const uint64_t end64 = number(end - kLocatorSize + 8, 8);
    if (part(end64, 4) != kEnd64) throw std::runtime_error("its directory is damaged");
    count = number(end64 + 32, 8);
    begin = number(end64 + 48, 8);
  }
  for (uint64_t i = 0; i < count; ++i) begin = read_entry(begin);
}

// Returns where the next entry begins.
uint64_t ZipArchive::read_entry(uint64_t begin) {
  if (part(begin, 4) != kEntryHeader) throw std::runtime_error("its directory is damaged");
  Entry entry{.flags = static_cast<uint16_t>(number(begin + 8, 2)),
              .method = static_cast<uint16_t>(number(begin + 10, 2)),
              .checksum = static_cast<uint32_t>(number(begin + 16, 4)),
              .packed = number(begin + 20, 4),
              .size = number(begin + 24, 4),
              .begin = number(begin + 42, 4)};
  const uint64_t name = begin + 46, extra = name + number(begin + 28, 2);
  const uint64_t comment = extra + number(begin + 30, 2);
  files_.emplace_back(part(name, extra - name));
  for (uint64_t field = extra; field + 4 <= comment;) {
    uint64_t at = field + 4;
    field = at + number(field + 2, 2);
    if (number(at - 4, 2) != 1) continue;  // those in 64 bits, of which each stands if it is needed
    for (uint64_t* value : {&entry.size, &entry.packed, &entry.begin}) {
      if (*value != kIn64Bits) continue;
      *value = number(at, 8);
      at += 8;
    }
  }
  entries_.push_back(entry);
  return comment + number(begin + 32, 2);
}

std::string_view ZipArchive::packed_bytes(const Entry& entry) const {
  if (part(entry.begin, 4) != kLocalHeader) throw std::runtime_error("its header is damaged");
  const uint64_t lengths = number(entry.begin + 26, 2) + number(entry.begin + 28, 2);
  return part(entry.begin + 30 + lengths, entry.packed);
}

std::string ZipArchive::read(size_t i) const {
  constexpr uint16_t kStored = 0, kDeflated = 8, kEncrypted = 1;
  const Entry& entry = entries_.at(i);
  const auto fail = [&](const std::string& reason) {
    throw Error(
        fmt::format("{}: \"{}\" in the zip archive is damaged: {}", name_, files_[i], reason));
  };
  if ((entry.flags & kEncrypted) != 0 || (entry.method != kStored && entry.method != kDeflated)) {
    throw Error(fmt::format(
        "{}: \"{}\" in the zip archive is encrypted or packed by method {}; what is stored or "
        "deflated can be read",
        name_, files_[i], entry.method));
  }
  std::string content;
  try {
    const auto packed = packed_bytes(entry);
    content = entry.method == kStored ? std::string(packed) : inflated(packed, entry.size);
  } catch (const std::exception& error) {
    fail(error.what());
  }
  if (content.size() != entry.size) fail("it has not the size that the directory says");
  if (checksum_of(content) != entry.checksum) fail("its checksum is wrong");
  return content;
}

}  // namespace mnemo
