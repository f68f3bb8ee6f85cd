// Texts by number, wherever they are kept.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace mnemo {

struct TextSource {
  int64_t size = 0;
  std::function<std::string(int64_t)> text;

  // The strings must outlive the source.
  static TextSource of(std::span<const std::string> texts) {
    return {static_cast<int64_t>(texts.size()),
            [texts](int64_t i) { return texts[static_cast<size_t>(i)]; }};
  }
};

}  // namespace mnemo
