#include "datasets/zip_archive.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr size_t kLongestComment = 65'535;
constexpr std::string_view kEndMark = "PK\x05\x06";
constexpr std::string_view kEntryMark = "PK\x01\x02";
constexpr std::string_view kLocalMark = "PK\x03\x04";

// Little-endian numbers at places, each of which is checked.
class Bytes {
 public:
  Bytes(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  std::string_view part(uint64_t offset, uint64_t size) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) fail("it is cut short");
    return bytes_.substr(offset, size);
  }

  uint64_t number(uint64_t offset, int bytes) const {
    const std::string_view raw = part(offset, static_cast<uint64_t>(bytes));
    uint64_t value = 0;
    for (int i = bytes; i-- > 0;) {
      value = value << 8 | static_cast<unsigned char>(raw[static_cast<size_t>(i)]);
    }
    return value;
  }

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(fmt::format("{}: the zip archive is damaged: {}", name_, what));
  }

 private:
  std::string_view bytes_;
  const std::string& name_;
};

// Sizes and the offset that 32 bits do not hold stand in a field of their own (zip64), in this
// order.
void read_wide_fields(const Bytes& bytes, uint64_t begin, uint64_t length, ZipEntry& entry) {
  constexpr uint64_t kZip64 = 1;
  constexpr uint64_t kElsewhere = std::numeric_limits<uint32_t>::max();
  for (uint64_t at = begin; at + 4 <= begin + length;) {
    const uint64_t id = bytes.number(at, 2);
    const uint64_t size = bytes.number(at + 2, 2);
    uint64_t field = at + 4;
    for (uint64_t* value : {&entry.size, &entry.packed_size, &entry.offset}) {
      if (id != kZip64 || *value != kElsewhere || field + 8 > at + 4 + size) continue;
      *value = bytes.number(field, 8);
      field += 8;
    }
    at += 4 + size;
  }
}

std::string inflated(std::string_view packed, const ZipEntry& entry, const Bytes& bytes) {
  // Deflate packs to no less than a thousandth, so that a damaged size asks for no fancy memory.
  constexpr uint64_t kMostRatio = 1100;
  if (entry.size > kMostRatio * (packed.size() + 1)) bytes.fail("a size is wrong");
  std::string content(entry.size, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) throw Error("zlib cannot be started");
  // zlib counts by 32 bits, and an array may be larger.
  constexpr size_t kAtOnce = size_t{1} << 30;
  size_t taken = 0;
  size_t given = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    const size_t in = std::min(kAtOnce, packed.size() - taken);
    const size_t out = std::min(kAtOnce, content.size() - given);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + taken));
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = reinterpret_cast<Bytef*>(content.data() + given);
    stream.avail_out = static_cast<uInt>(out);
    status = inflate(&stream, Z_NO_FLUSH);
    taken += in - stream.avail_in;
    given += out - stream.avail_out;
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END || given != content.size()) bytes.fail("the data cannot be inflated");
  return content;
}

uint32_t checksum(std::string_view content) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
}

}  // namespace

std::vector<ZipEntry> list_zip(std::string_view all, const std::string& name) {
  const Bytes bytes(all, name);
  const size_t end = all.rfind(kEndMark);
  if (end == std::string_view::npos || end + kLongestComment + 22 < all.size()) {
    throw Error(fmt::format("{}: it is no zip archive, as .npz files are", name));
  }
  const uint64_t count = bytes.number(end + 10, 2);
  uint64_t at = bytes.number(end + 16, 4);
  std::vector<ZipEntry> entries;
  for (uint64_t i = 0; i < count; ++i) {
    if (bytes.part(at, 4) != kEntryMark) bytes.fail("its directory is not where it should be");
    ZipEntry& entry = entries.emplace_back();
    entry.method = static_cast<uint16_t>(bytes.number(at + 10, 2));
    entry.crc32 = static_cast<uint32_t>(bytes.number(at + 16, 4));
    entry.packed_size = bytes.number(at + 20, 4);
    entry.size = bytes.number(at + 24, 4);
    const uint64_t name_length = bytes.number(at + 28, 2);
    const uint64_t extra_length = bytes.number(at + 30, 2);
    const uint64_t comment_length = bytes.number(at + 32, 2);
    entry.offset = bytes.number(at + 42, 4);
    entry.name = bytes.part(at + 46, name_length);
    bytes.part(at + 46 + name_length, extra_length);
    read_wide_fields(bytes, at + 46 + name_length, extra_length, entry);
    at += 46 + name_length + extra_length + comment_length;
  }
  return entries;
}

std::string unpack(std::string_view all, const ZipEntry& entry, const std::string& name) {
  const Bytes bytes(all, name);
  if (bytes.part(entry.offset, 4) != kLocalMark) bytes.fail("a file is not where it should be");
  const uint64_t begin =
      entry.offset + 30 + bytes.number(entry.offset + 26, 2) + bytes.number(entry.offset + 28, 2);
  const std::string_view packed = bytes.part(begin, entry.packed_size);
  constexpr uint16_t kStored = 0;
  constexpr uint16_t kDeflated = 8;
  if (entry.method != kStored && entry.method != kDeflated) {
    throw Error(fmt::format("{}: {} is packed in a way that is not read; save it by numpy.savez",
                            name, in_quotes(entry.name)));
  }
  std::string content =
      entry.method == kStored ? std::string(packed) : inflated(packed, entry, bytes);
  if (checksum(content) != entry.crc32) bytes.fail("a checksum is wrong");
  return content;
}

}  // namespace mnemo
