// Zip archives for tests, as NumPy's savez, its savez_compressed and PyTorch write them.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mnemo {

using ZippedFiles = std::vector<std::pair<std::string, std::string>>;

struct ZipForm {
  bool is_packed = false;   // by deflate
  bool in_64_bits = false;  // sizes and places
  int flags = 0;
};

inline std::string little_endian(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xFF);
  return text;
}

inline std::string deflated(std::string_view content) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  std::string packed(content.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string zip(const ZippedFiles& files, const ZipForm& form = {}) {
  std::string archive, directory;
  const auto in_32_bits = [&](uint64_t value) {
    return little_endian(form.in_64_bits ? 0xFFFFFFFF : value, 4);
  };
  for (const auto& [name, content] : files) {
    const std::string packed = form.is_packed ? deflated(content) : content;
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
    std::string extra;
    if (form.in_64_bits) {
      extra = little_endian(7, 2) + little_endian(1, 2) + "?" + little_endian(1, 2) +
              little_endian(24, 2) + little_endian(content.size(), 8) +
              little_endian(packed.size(), 8) + little_endian(archive.size(), 8);
    }
    const std::string common = little_endian(form.flags, 2) +
                               little_endian(form.is_packed ? 8 : 0, 2) + little_endian(0, 4) +
                               little_endian(crc, 4) + in_32_bits(packed.size()) +
                               in_32_bits(content.size()) + little_endian(name.size(), 2);
    directory += "PK\x01\x02" + little_endian(45, 2) + little_endian(45, 2) + common +
                 little_endian(extra.size(), 2) + little_endian(0, 2) + little_endian(0, 2) +
                 little_endian(0, 2) + little_endian(0, 4) + in_32_bits(archive.size()) + name +
                 extra;
    archive += "PK\x03\x04" + little_endian(45, 2) + common + little_endian(0, 2) + name + packed;
  }
  const size_t begin = archive.size();
  std::string locator;
  if (form.in_64_bits) {
    locator = "PK\x06\x06" + little_endian(44, 8) + little_endian(45, 2) + little_endian(45, 2) +
              little_endian(0, 8) + little_endian(files.size(), 8) +
              little_endian(files.size(), 8) + little_endian(directory.size(), 8) +
              little_endian(begin, 8) + "PK\x06\x07" + little_endian(0, 4) +
              little_endian(begin + directory.size(), 8) + little_endian(1, 4);
  }
  return archive + directory + locator + "PK\x05\x06" + little_endian(0, 4) +
         little_endian(files.size(), 2) + little_endian(files.size(), 2) +
         little_endian(directory.size(), 4) + in_32_bits(begin) + little_endian(0, 2);
}

}  // namespace mnemo
