#include "datasets/token_file.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <utility>

#include "common/files.h"
#include "common/sha256.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

static_assert(std::endian::native == std::endian::little, "token files are little-endian");

using Digest = std::array<char, 64>;  // hexadecimal digits

// Behind it stand the ids (int32), and behind them the rows' lengths (int32).
struct Header {
  std::array<char, 8> magic = {'m', 'n', 'e', 'm', 'o', 't', 'o', 'k'};
  int64_t version = 1;
  int64_t rows = 0;
  int64_t ids = 0;
  Digest key = {};
  Digest content = {};  // SHA-256 of all that stands behind the header
};

Digest digest_of(const std::string& hex) {
  Digest digest = {};
  std::ranges::copy(hex, digest.begin());
  return digest;
}

template <typename Number>
std::string_view bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

std::string_view bytes_of(const Header& header) {
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

template <typename Number>
std::span<char> writable_bytes(std::vector<Number>& numbers) {
  return {reinterpret_cast<char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

int64_t content_bytes(const Header& header) {
  return (header.ids + header.rows) * static_cast<int64_t>(sizeof(int32_t));
}

// Texts encoded at a time: enough to keep all threads busy.
constexpr int64_t kWindowTexts = 1 << 16;
constexpr size_t kWindowBytes = 16 << 20;

std::vector<std::string> next_window(const TextSource& texts, int64_t first) {
  std::vector<std::string> window;
  size_t bytes = 0;
  for (int64_t i = first; i < texts.size && i < first + kWindowTexts && bytes < kWindowBytes; ++i) {
    window.push_back(texts.text(i));
    bytes += window.back().size();
  }
  return window;
}

// Throws Error unless header and size agree and the content is what was written.
void require_undamaged(PosixFile& file, const Header& header, int64_t size,
                       const std::string& name) {
  const bool fits = header.magic == Header{}.magic && header.version == Header{}.version &&
                    header.rows >= 0 && header.ids >= 0 &&
                    size == static_cast<int64_t>(sizeof header) + content_bytes(header);
  if (fits) {
    Sha256 hash;
    std::vector<char> buffer(1 << 20);
    for (int64_t at = sizeof header; at < size;) {
      const auto count = std::min(size - at, static_cast<int64_t>(buffer.size()));
      const auto part = std::span(buffer).first(static_cast<size_t>(count));
      file.read_at(part, at);
      hash.update({part.data(), part.size()});
      at += count;
    }
    if (digest_of(hash.hex()) == header.content) return;
  }
  throw Error(fmt::format("{} is damaged, or no file of token ids; remove it", name));
}

}  // namespace

TokenFile::TokenFile(std::unique_ptr<PosixFile> file, RowOffsets rows)
    : file_(std::move(file)), rows_(std::move(rows)) {}

TokenFile TokenFile::open(const std::filesystem::path& path, const std::string& key) {
  const std::string name = path.string();
  auto file = std::make_unique<PosixFile>(path, O_RDONLY, fmt::format("cannot read {}", name));
  const auto size = static_cast<int64_t>(std::filesystem::file_size(path));
  Header header;
  if (size >= static_cast<int64_t>(sizeof header)) {
    file->read_at({reinterpret_cast<char*>(&header), sizeof header}, 0);
  } else {
    header.version = 0;
  }
  require_undamaged(*file, header, size, name);
  if (header.key != digest_of(key)) {
    throw Error(fmt::format("{} holds other texts or another tokenizer's ids; remove it", name));
  }
  std::vector<int32_t> lengths(static_cast<size_t>(header.rows));
  file->read_at(writable_bytes(lengths),
                static_cast<int64_t>(sizeof header) + header.ids * int64_t{sizeof(int32_t)});
  RowOffsets rows;
  for (const int32_t length : lengths) rows.add(length);
  return TokenFile(std::move(file), std::move(rows));
}

void TokenFile::read(int64_t row, std::vector<int32_t>& ids) const {
  ids.resize(static_cast<size_t>(rows_.length(row)));
  file_->read_at(writable_bytes(ids), static_cast<int64_t>(sizeof(Header)) +
                                          rows_.begin(row) * int64_t{sizeof(int32_t)});
}

std::string token_key(const std::string& texts, const Tokenizer& tokenizer,
                      const LengthLimit& limit) {
  return sha256_hex(fmt::format("{} {} {} {}", texts, sha256_hex(tokenizer.bytes()),
                                limit.max_length, static_cast<int>(limit.truncate)));
}

void write_token_file(const std::filesystem::path& path, const std::string& key,
                      const TextSource& texts, const Tokenizer& tokenizer, const LengthLimit& limit,
                      int64_t threads, const std::function<void(int64_t)>& progress) {
  AtomicFile file(path);
  Header header;
  file.write(bytes_of(header));  // its place; the numbers come at the end
  Sha256 hash;
  std::vector<int32_t> lengths;
  lengths.reserve(static_cast<size_t>(texts.size));
  while (header.rows < texts.size) {
    const auto window = next_window(texts, header.rows);
    const auto encoded = encode_texts(tokenizer, window, limit, threads, [&](int64_t done) {
      if (progress) progress(header.rows + done);
    });
    file.write(bytes_of(encoded.ids));
    hash.update(bytes_of(encoded.ids));
    for (int64_t i = 0; i < encoded.size(); ++i) {
      lengths.push_back(static_cast<int32_t>(encoded.length(i)));
    }
    header.rows += encoded.size();
    header.ids += std::ssize(encoded.ids);
  }
  file.write(bytes_of(lengths));
  hash.update(bytes_of(lengths));
  header.key = digest_of(key);
  header.content = digest_of(hash.hex());
  file.write_at(bytes_of(header), 0);
  file.commit();
}

}  // namespace mnemo
