#include "datasets/row_sketch.h"

#include <gtest/gtest.h>

#include <string>

namespace mnemo {
namespace {

std::string row(int number) { return "row " + std::to_string(number); }

RowSketch sketch_of(int rows) {
  RowSketch sketch;
  for (int i = 0; i < rows; ++i) sketch.add(fingerprint_of(row(i)));
  return sketch;
}

SketchMatches matches(const RowSketch& sketch, int begin, int end) {
  SketchMatches found;
  for (int i = begin; i < end; ++i) found.count(sketch, fingerprint_of(row(i)));
  return found;
}

TEST(RowSketch, TellsWhichShareOfAFileStandsInTheDataSet) {
  const auto sketch = sketch_of(20'000);
  EXPECT_EQ(matches(sketch, 0, 20'000).share(), 1.0);
  EXPECT_EQ(matches(sketch, 20'000, 40'000).share(), 0.0);
  EXPECT_NEAR(matches(sketch, 10'000, 30'000).share(), 0.5, 0.1);
  EXPECT_NEAR(static_cast<double>(matches(sketch, 0, 20'000).sampled), RowSketch::kMost, 1.0);
}

TEST(RowSketch, HoldsEveryRowOfASmallDataSet) {
  const auto sketch = sketch_of(10);
  EXPECT_EQ(matches(sketch, 5, 15).sampled, 10);
  EXPECT_EQ(matches(sketch, 5, 15).found, 5);
}

TEST(RowSketch, IsReadBackFromItsText) {
  auto sketch = sketch_of(2'000);
  sketch.add_always(fingerprint_of("the last row"));
  const auto again = RowSketch::from_text(sketch.text());
  EXPECT_EQ(again.text(), sketch.text());
  EXPECT_TRUE(again.contains(fingerprint_of("the last row")));
  EXPECT_TRUE(RowSketch::from_text("no fingerprints").is_empty());
  EXPECT_TRUE(RowSketch::from_text("").is_empty());
}

// The numbers are Fowler, Noll and Vo's FNV-1a and SplitMix64, computed apart.
TEST(RowSketch, FingerprintsAreTheSameOnEveryMachine) {
  EXPECT_EQ(fingerprint_of("a"), 0x5f29c2aadd9b8527ULL);
}

}  // namespace
}  // namespace mnemo
