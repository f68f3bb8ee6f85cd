#include "datasets/row_sketch.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

#include "datasets/random.h"

namespace mnemo {
namespace {

constexpr size_t kDigits = 16;  // of a fingerprint in hexadecimal

std::string in_hexadecimal(const std::set<uint64_t>& fingerprints) {
  std::string text;
  for (const uint64_t fingerprint : fingerprints) text += fmt::format("{:016x}", fingerprint);
  return text;
}

// False for what is not made of fingerprints.
bool read_hexadecimal(std::string_view text, std::set<uint64_t>& fingerprints) {
  for (; text.size() >= kDigits; text.remove_prefix(kDigits)) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + kDigits, value, 16);
    if (error != std::errc() || end != text.data() + kDigits) return false;
    fingerprints.insert(value);
  }
  return text.empty();
}

}  // namespace

uint64_t fingerprint_of(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  }
  return derive_seed(hash, 0);
}

void RowSketch::add(uint64_t fingerprint) {
  if (!samples(fingerprint)) return;
  smallest_.insert(fingerprint);
  if (smallest_.size() > kMost) smallest_.erase(std::prev(smallest_.end()));
}

std::string RowSketch::text() const {
  return in_hexadecimal(smallest_) + (always_.empty() ? "" : "+" + in_hexadecimal(always_));
}

RowSketch RowSketch::from_text(const std::string& text) {
  RowSketch sketch;
  const size_t plus = text.find('+');
  const auto always = plus == std::string::npos ? "" : std::string_view(text).substr(plus + 1);
  if (!read_hexadecimal(std::string_view(text).substr(0, plus), sketch.smallest_) ||
      !read_hexadecimal(always, sketch.always_)) {
    return {};
  }
  return sketch;
}

}  // namespace mnemo
