// Token ids of a data set in a file, read as they are needed, so that memory does not grow with
// them.
//
// Rows are read, not mapped: pages of a mapping count as the program's memory, and a file that
// somebody cuts short would end the program by a signal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/posix_file.h"
#include "datasets/encoded_texts.h"
#include "datasets/row_offsets.h"
#include "datasets/text_source.h"

namespace mnemo {

class TokenFile {
 public:
  // Throws Error when the file cannot be read, is damaged, or holds something other than `key`.
  static TokenFile open(const std::filesystem::path& path, const std::string& key);

  int64_t size() const { return rows_.size(); }
  int64_t length(int64_t row) const { return rows_.length(row); }
  // Writes the row's ids over `ids`. Safe to call from several threads.
  void read(int64_t row, std::vector<int32_t>& ids) const;

 private:
  TokenFile(std::unique_ptr<PosixFile> file, RowOffsets rows);

  std::unique_ptr<PosixFile> file_;
  RowOffsets rows_;
};

// The ids of a data set depend on all that is in this key: `texts` is the texts' fingerprint.
std::string token_key(const std::string& texts, const Tokenizer& tokenizer,
                      const LengthLimit& limit);

// Encodes all texts on `threads` threads, a bounded number of them at a time, into the file, which
// appears under `path` when it is complete. `progress` (may be empty) hears how many are done.
void write_token_file(const std::filesystem::path& path, const std::string& key,
                      const TextSource& texts, const Tokenizer& tokenizer, const LengthLimit& limit,
                      int64_t threads, const std::function<void(int64_t)>& progress = {});

}  // namespace mnemo
