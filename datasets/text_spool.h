// The texts of a data set on disk, so that memory does not grow with them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "common/posix_file.h"
#include "common/sha256.h"
#include "datasets/row_offsets.h"
#include "datasets/text_source.h"

namespace mnemo {

class TextSpool {
 public:
  // Keeps them in an unnamed file in `folder`, which must exist.
  explicit TextSpool(const std::filesystem::path& folder);

  void add(std::string_view text);
  int64_t size() const { return offsets_.size(); }
  // The text added as the i-th, from 0.
  std::string text(int64_t i) const;
  // The source yields the texts added so far, in their order.
  TextSource source() const;
  // SHA-256 of all of them.
  std::string fingerprint() const { return hash_.hex(); }

 private:
  PosixFile file_;
  RowOffsets offsets_;
  std::string unwritten_;  // the last texts added
  Sha256 hash_;
};

}  // namespace mnemo
