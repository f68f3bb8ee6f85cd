// Files of a zip archive in memory (PKWARE's APPNOTE 6.3), stored or packed by deflate, as NumPy
// and PyTorch write them. The libraries that read any zip come with packers that no model needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

class ZipArchive {
 public:
  // `bytes` is all of the archive and outlives this; `name` stands in messages. Throws Error for
  // what is none.
  ZipArchive(std::string_view bytes, std::string name);

  // Names of its files, in the archive's order.
  const std::vector<std::string>& files() const { return files_; }
  // Returns what the i-th of them holds; throws Error for data that are damaged or packed
  // otherwise.
  std::string read(size_t i) const;

 private:
  // As the archive's directory says.
  struct Entry {
    uint16_t flags = 0, method = 0;
    uint32_t checksum = 0;
    uint64_t packed = 0, size = 0, begin = 0;  // bytes; begin: of the local header
  };

  // Bytes of the archive; throws std::out_of_range beyond its end.
  std::string_view part(uint64_t begin, uint64_t size) const;
  uint64_t number(uint64_t begin, size_t size) const;
  void read_directory();
  uint64_t read_entry(uint64_t begin);
  std::string_view packed_bytes(const Entry& entry) const;

  std::string_view bytes_;
  std::string name_;
  std::vector<std::string> files_;
  std::vector<Entry> entries_;
};

}  // namespace mnemo
