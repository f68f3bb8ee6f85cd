#include "datasets/text_spool.h"

#include <fmt/format.h>

namespace mnemo {
namespace {

constexpr size_t kBytesPerWrite = 1 << 20;

}  // namespace

TextSpool::TextSpool(const std::filesystem::path& folder)
    : file_(PosixFile::unnamed(
          folder, fmt::format("cannot keep the texts in the folder {} (`cache-dir` names another)",
                              folder.string()))) {}

void TextSpool::add(std::string_view text) {
  offsets_.add(static_cast<int64_t>(text.size()));
  hash_.update(fmt::format("{}:", text.size()));
  hash_.update(text);
  unwritten_ += text;
  if (unwritten_.size() < kBytesPerWrite) return;
  file_.write(unwritten_);
  unwritten_.clear();
}

std::string TextSpool::text(int64_t i) const {
  std::string result(static_cast<size_t>(offsets_.length(i)), '\0');
  const int64_t begin = offsets_.begin(i);
  const int64_t written = offsets_.end() - static_cast<int64_t>(unwritten_.size());
  if (begin >= written) {
    return unwritten_.substr(static_cast<size_t>(begin - written), result.size());
  }
  file_.read_at(result, begin);
  return result;
}

TextSource TextSpool::source() const {
  return {size(), [this](int64_t i) { return text(i); }};
}

}  // namespace mnemo
