// Texts that are read before they are classified together.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mnemo {

// Enough of them to make batches of like lengths, and a bound on memory.
class TextWindow {
 public:
  bool full() const { return texts_.size() >= kMostTexts || bytes_ >= kMostBytes; }
  void add(std::string text) {
    bytes_ += text.size();
    texts_.push_back(std::move(text));
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  static constexpr size_t kMostTexts = 8192;
  static constexpr size_t kMostBytes = 32 << 20;

  std::vector<std::string> texts_;
  size_t bytes_ = 0;
};

}  // namespace mnemo
