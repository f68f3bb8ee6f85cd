#include "datasets/number_parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace mnemo {
namespace {

std::optional<double> with_comma(std::string_view text) {
  return parse_number(text, DecimalMark::comma);
}

TEST(NumberParser, ReadsWhatCppWritesAndAPlusSign) {
  EXPECT_EQ(parse_number("12"), 12.0);
  EXPECT_EQ(parse_number("-0.5"), -0.5);
  EXPECT_EQ(parse_number("+7.25"), 7.25);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5.0);
  EXPECT_EQ(parse_number("1.5e3"), 1500.0);
  EXPECT_EQ(parse_number("2E-2"), 0.02);
  EXPECT_EQ(parse_number("5.827000141143799"), 5.827000141143799);  // to the last digit
}

TEST(NumberParser, LooksPastWhiteSpaceAround) {
  EXPECT_EQ(parse_number(" \t4\r\n"), 4.0);
  EXPECT_EQ(with_comma(" 4,5 "), 4.5);
}

TEST(NumberParser, RefusesWhatIsNotANumberToItsEnd) {
  for (const char* const text : {"", " ", "-", "+", ".", "a", "1a", "1 2", "0x10", "--1", "+-1",
                                 "-+1", "++1", "1.2.3", "1_000", "50%", "1e", "2016-07-01"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
    EXPECT_EQ(with_comma(text), std::nullopt) << text;
  }
}

TEST(NumberParser, ReadsThousandsSeparators) {
  EXPECT_EQ(parse_number("1,234"), 1234.0);
  EXPECT_EQ(parse_number("-12,345,678.5"), -12345678.5);
  EXPECT_EQ(parse_number("+123,456"), 123456.0);
  EXPECT_EQ(with_comma("1.234"), 1234.0);
  EXPECT_EQ(with_comma("-12.345.678,5"), -12345678.5);
}

TEST(NumberParser, RefusesWrongGroups) {
  for (const char* const text : {"1,2", "1,23", "1,2345", "1234,567", "1,234,56", ",234", "1,,234",
                                 "1,234,", "1,", ",", "1.5,000", "12,34.5", "1,234e5", "1,-234"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
    std::string swapped(text);
    for (char& c : swapped) c = c == ',' ? '.' : c == '.' ? ',' : c;
    EXPECT_EQ(with_comma(swapped), std::nullopt) << swapped;
  }
}

TEST(NumberParser, TakesAZeroInFrontForADecimalMarkOfTheOtherKind) {
  EXPECT_EQ(parse_number("0,125"), std::nullopt);
  EXPECT_EQ(with_comma("0.125"), std::nullopt);
  EXPECT_EQ(parse_number("-0,125"), std::nullopt);
}

TEST(NumberParser, ReadsADecimalComma) {
  EXPECT_EQ(with_comma("20,7"), 20.7);
  EXPECT_EQ(with_comma("-0,125"), -0.125);
  EXPECT_EQ(with_comma(",5"), 0.5);
  EXPECT_EQ(with_comma("1,5e3"), 1500.0);
  EXPECT_EQ(with_comma("12"), 12.0);
}

TEST(NumberParser, GivesTheValueOfNamesAndOfNumbersOutOfRange) {
  for (const char* const text : {"nan", "NaN", "-nan"}) {
    ASSERT_TRUE(parse_number(text)) << text;
    EXPECT_TRUE(std::isnan(*parse_number(text))) << text;
  }
  EXPECT_EQ(parse_number("inf"), HUGE_VAL);
  EXPECT_EQ(with_comma("-Infinity"), -HUGE_VAL);
  EXPECT_EQ(parse_number("1e999"), HUGE_VAL);
  EXPECT_EQ(parse_number("-1e-999"), 0.0);
}

}  // namespace
}  // namespace mnemo
