// Files of a zip archive in memory, by libzip.
#pragma once

#include <memory>
#include <string>
#include <vector>

struct zip;

namespace mnemo {

class ZipArchive {
 public:
  // `bytes` is all of the archive; `name` stands in messages. Throws Error for what is none.
  ZipArchive(std::string bytes, std::string name);

  // Names of its files, in the archive's order.
  const std::vector<std::string>& files() const { return files_; }
  // Returns what the i-th of them holds; throws Error for damaged data.
  std::string read(size_t i) const;

 private:
  struct Closer {
    void operator()(zip* archive) const;
  };

  std::string bytes_;
  std::string name_;
  std::unique_ptr<zip, Closer> archive_;
  std::vector<std::string> files_;
};

}  // namespace mnemo
