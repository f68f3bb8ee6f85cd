// Finds what a person would call the words of a text, and how the pieces of a tokenizer make them
// up.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/encoded_texts.h"
#include "datasets/tokenizer.h"

namespace mnemo {

// Bytes begin to end - 1 of a text.
struct TextUnit {
  int64_t begin = 0, end = 0;
};

// The words of valid UTF-8: letters and digits, with the apostrophes and hyphens inside; each
// Chinese character, hiragana and katakana by itself; and runs of one sign, as "..." and "!!".
// White space belongs to none, nor do the tags of a text whose `html` the tokenizer strips, of
// which an entity such as &amp; is one word.
std::vector<TextUnit> text_units(std::string_view text, bool html);

// A text as a model reads it.
struct UnitText {
  std::string text = {};
  std::vector<TextUnit> units = {};
  std::vector<int32_t> ids = {};  // that the model sees: those within its length limit
  // A share of a piece that belongs to a unit. The shares of each piece add up to 1; a piece that
  // stands for nothing to be seen belongs to the unit behind it, or before it, if there is one.
  struct Share {
    int64_t unit = 0;
    double part = 1.0;
  };
  std::vector<std::vector<Share>> shares = {};  // of each id

  std::string_view word(int64_t unit) const;
  // (units) from numbers of each id, which are split among the units it belongs to. Units that the
  // model does not read get 0. 0.
  std::vector<double> by_unit(std::span<const double> numbers) const;
  // Says for each unit whether the model reads any of it.
  std::vector<bool> read() const;
};

UnitText make_unit_text(std::string text, const Tokenizer& tokenizer, const LengthLimit& limit);

// The text without some of its units, and with the white space that stood around them.
std::string without_units(const UnitText& text, const std::vector<bool>& removed);

}  // namespace mnemo
