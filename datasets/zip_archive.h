// Files of a zip archive in memory, stored or deflated, by zlib.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

struct ZipEntry {
  std::string name;
  uint64_t packed_size = 0;
  uint64_t size = 0;
  uint64_t offset = 0;  // of its local header
  uint32_t crc32 = 0;
  uint16_t method = 0;  // 0: stored, 8: deflated
};

// The archive's directory. `bytes` is all of the archive, `name` stands in messages. Throws Error
// for what is none, or damaged.
std::vector<ZipEntry> list_zip(std::string_view bytes, const std::string& name);

// What the entry holds. Throws Error for a method that is none of the two, or damaged data.
std::string unpack(std::string_view bytes, const ZipEntry& entry, const std::string& name);

}  // namespace mnemo
