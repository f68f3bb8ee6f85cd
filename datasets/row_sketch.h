// A few hundred fingerprints of the rows that a data set has: enough to tell how many rows of
// another file are among them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace mnemo {

// The same on every machine (FNV-1a, its bits mixed once more).
uint64_t fingerprint_of(std::string_view bytes);

// The rows with the smallest fingerprints (a "bottom-k sketch": Cohen and Kaplan 2007). A row of
// another file whose fingerprint is no larger than the largest of these is an even sample of that
// file, and is here exactly when the data set has it.
class RowSketch {
 public:
  static constexpr size_t kMost = 512;

  void add(uint64_t fingerprint);
  // Adds one that stays, however large it is.
  void add_always(uint64_t fingerprint) { always_.insert(fingerprint); }

  bool is_empty() const { return smallest_.empty(); }
  bool samples(uint64_t fingerprint) const {
    return smallest_.size() < kMost || fingerprint <= *smallest_.rbegin();
  }
  bool contains(uint64_t fingerprint) const {
    return smallest_.contains(fingerprint) || always_.contains(fingerprint);
  }

  // The sketch as meta.json has it, and back; of a text that is none, an empty one.
  std::string text() const;
  static RowSketch from_text(const std::string& text);

 private:
  std::set<uint64_t> smallest_, always_;
};

// Rows of a file held against a sketch.
struct SketchMatches {
  int64_t sampled = 0, found = 0;

  void count(const RowSketch& sketch, uint64_t fingerprint) {
    if (sketch.is_empty() || !sketch.samples(fingerprint)) return;
    ++sampled;
    found += sketch.contains(fingerprint) ? 1 : 0;
  }
  // An estimate of the share of the file's rows that the data set has.
  double share() const {
    return sampled == 0 ? 0.0 : static_cast<double>(found) / static_cast<double>(sampled);
  }
};

}  // namespace mnemo
