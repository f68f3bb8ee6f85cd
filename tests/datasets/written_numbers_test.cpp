#include "datasets/written_numbers.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace mnemo {
namespace {

std::optional<double> value_of(std::string_view text, DecimalMark mark = DecimalMark::point) {
  const auto number = parse_written_number(text, mark);
  return number ? std::optional(number->value) : std::nullopt;
}

TEST(WrittenNumbers, ReadsSignsAroundNumbers) {
  EXPECT_EQ(value_of("$1,101.29"), 1101.29);
  EXPECT_EQ(value_of("-$5"), -5.0);
  EXPECT_EQ(value_of("$-5"), -5.0);
  EXPECT_EQ(value_of("\u20AC 12.50"), 12.5);
  EXPECT_EQ(value_of("12,50 \u20AC", DecimalMark::comma), 12.5);
  EXPECT_EQ(value_of("1.20%"), 1.2);
  EXPECT_EQ(value_of("-3 %"), -3.0);
  EXPECT_EQ(value_of("12.3K"), 12300.0);
  EXPECT_EQ(value_of("4.5M"), 4.5e6);
  EXPECT_EQ(value_of("$1.2B"), 1.2e9);
  EXPECT_EQ(value_of("(1,234)"), -1234.0);
  EXPECT_EQ(value_of("\u22125.35"), -5.35);
  EXPECT_EQ(value_of("\u22121.5e3"), -1500.0);
  EXPECT_EQ(parse_written_number("1.20%", DecimalMark::point)->sign, "%");
  EXPECT_EQ(parse_written_number("12", DecimalMark::point)->sign, "");
}

TEST(WrittenNumbers, ReadsGroupsBetweenBlanksAndApostrophes) {
  EXPECT_EQ(value_of("1\u2009101,29", DecimalMark::comma), 1101.29);
  EXPECT_EQ(value_of("1\u00A0234\u00A0567"), 1234567.0);
  EXPECT_EQ(value_of("1\u202F234.5"), 1234.5);
  EXPECT_EQ(value_of("12 345"), 12345.0);
  EXPECT_EQ(value_of("1'234'567.89"), 1234567.89);
}

TEST(WrittenNumbers, RefusesWhatIsNoNumber) {
  for (const char* text : {"",     "$",          "%",     "K",        "12 34", "1 2345", "1''234",
                           "3 m",  "12.3 kW",    "--5",   "\u2212-5", "()",    "1.2.3%", "$inf",
                           "5e3K", "2020-01-01", "10:30", "$1,23",    "a5",    "5 K5"}) {
    EXPECT_EQ(value_of(text), std::nullopt) << text;
  }
}

TEST(WrittenNumbers, TellsWhichMarkANumberShows) {
  EXPECT_EQ(mark_evidence("12"), MarkEvidence::none);
  EXPECT_EQ(mark_evidence("a.b"), MarkEvidence::none);
  EXPECT_EQ(mark_evidence("1.25"), MarkEvidence::point);
  EXPECT_EQ(mark_evidence("1,234.5"), MarkEvidence::point);
  EXPECT_EQ(mark_evidence("1,234,567"), MarkEvidence::point);
  EXPECT_EQ(mark_evidence("1,25"), MarkEvidence::comma);
  EXPECT_EQ(mark_evidence("0,125"), MarkEvidence::comma);
  EXPECT_EQ(mark_evidence("1.234,5"), MarkEvidence::comma);
  EXPECT_EQ(mark_evidence("1.234"), MarkEvidence::point_or_group);
  EXPECT_EQ(mark_evidence("1,234"), MarkEvidence::comma_or_group);
}

}  // namespace
}  // namespace mnemo
