#include "app/explain/text_units.h"

#include <utf8.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace mnemo {
namespace {

enum class Kind { space, letter, ideograph, joiner, sign };

struct CodeRange {
  char32_t first, last;
};

template <size_t size>
bool within(char32_t code, const CodeRange (&ranges)[size]) {
  return std::ranges::any_of(
      ranges, [&](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

// These are ranges of Unicode's blocks, which is enough to show a text.
constexpr CodeRange kSpaces[] = {{0x00, 0x20},     {0x7F, 0xA0},     {0x1680, 0x1680},
                                 {0x2000, 0x200D}, {0x2028, 0x202F}, {0x205F, 0x2064},
                                 {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
constexpr CodeRange kIdeographs[] = {
    {0x2E80, 0x2FDF}, {0x3005, 0x3007}, {0x3040, 0x30FF}, {0x31F0, 0x31FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, {0xFF66, 0xFF9F}, {0x1B000, 0x1B16F}, {0x20000, 0x3FFFF}};
constexpr CodeRange kSigns[] = {
    {0x21, 0x2F},     {0x3A, 0x40},     {0x5B, 0x60},      {0x7B, 0x7E},     {0xA1, 0xA9},
    {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},      {0xD7, 0xD7},     {0xF7, 0xF7},
    {0x2010, 0x2027}, {0x2030, 0x205E}, {0x20A0, 0x20CF},  {0x2190, 0x2BFF}, {0x3001, 0x3004},
    {0x3008, 0x303F}, {0xFE10, 0xFE6F}, {0xFF01, 0xFF0F},  {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40},
    {0xFF5B, 0xFF65}, {0xFFFC, 0xFFFD}, {0x1F000, 0x1FAFF}};

Kind kind_of(char32_t code) {
  if (code == U'\'' || code == U'-' || code == U'\u2019') return Kind::joiner;
  if (within(code, kSpaces)) return Kind::space;
  if (within(code, kIdeographs)) return Kind::ideograph;
  return within(code, kSigns) ? Kind::sign : Kind::letter;
}

struct Character {
  char32_t code = 0;
  Kind kind = Kind::space;
  int64_t begin = 0, end = 0;
};

std::vector<Character> characters_of(std::string_view text) {
  std::vector<Character> characters;
  for (auto at = text.begin(); at != text.end();) {
    const auto begin = at - text.begin();
    const char32_t code = utf8::next(at, text.end());
    characters.push_back({code, kind_of(code), begin, at - text.begin()});
  }
  return characters;
}

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Bytes of the tag that begins there, as <br />, </p> and <!-- -->; 0: there is none.
size_t tag_length(std::string_view text) {
  const bool begins = text.size() > 2 && text[0] == '<' &&
                      (is_ascii_letter(text[1]) || text[1] == '/' || text[1] == '!');
  const auto end = begins ? text.find_first_of("<>", 1) : std::string_view::npos;
  return end != std::string_view::npos && text[end] == '>' ? end + 1 : 0;
}

// The same for an entity, as &amp; and &#39;.
size_t entity_length(std::string_view text) {
  constexpr size_t kLongest = 32;
  const auto end = text.starts_with('&') ? text.find(';') : std::string_view::npos;
  if (end == std::string_view::npos || end < 2 || end > kLongest) return 0;
  const auto named = [](char c) {
    return is_ascii_letter(c) || (c >= '0' && c <= '9') || c == '#';
  };
  return std::ranges::all_of(text.substr(1, end - 1), named) ? end + 1 : 0;
}

// The first character behind the unit that begins with `first`.
size_t unit_end(std::span<const Character> characters, size_t first) {
  const auto kind_at = [&](size_t i) {
    return i < characters.size() ? characters[i].kind : Kind::space;
  };
  size_t end = first + 1;
  switch (characters[first].kind) {
    case Kind::letter:
      while (kind_at(end) == Kind::letter ||
             (kind_at(end) == Kind::joiner && kind_at(end + 1) == Kind::letter)) {
        ++end;
      }
      return end;
    case Kind::joiner:
    case Kind::sign:
      while (end < characters.size() && characters[end].code == characters[first].code) ++end;
      return end;
    case Kind::ideograph:
    case Kind::space:
      return end;
  }
  return end;
}

std::vector<UnitText::Share> shares_of(const PlacedPiece& piece,
                                       const std::vector<TextUnit>& units) {
  if (units.empty()) return {};
  std::vector<UnitText::Share> shares;
  int64_t bytes = 0;
  // The first unit that ends behind the piece's begin.
  auto unit = std::ranges::upper_bound(units, piece.begin, {}, &TextUnit::end);
  const auto behind = unit == units.end() ? std::prev(unit) : unit;
  for (; unit != units.end() && unit->begin < piece.end; ++unit) {
    const int64_t common = std::min(piece.end, unit->end) - std::max(piece.begin, unit->begin);
    shares.push_back({unit - units.begin(), static_cast<double>(common)});
    bytes += common;
  }
  if (bytes == 0) return {{.unit = behind - units.begin(), .part = 1.0}};
  for (auto& share : shares) share.part /= static_cast<double>(bytes);
  return shares;
}

// The places that stay, by the rule that cuts ids.
std::vector<int64_t> places_kept(size_t pieces, const LengthLimit& limit) {
  std::vector<int32_t> places(pieces);
  for (size_t i = 0; i < pieces; ++i) places[i] = static_cast<int32_t>(i);
  truncate_ids(places, limit);
  return {places.begin(), places.end()};
}

}  // namespace

std::vector<TextUnit> text_units(std::string_view text, bool html) {
  const auto characters = characters_of(text);
  std::vector<TextUnit> units;
  for (size_t i = 0; i < characters.size();) {
    const int64_t begin = characters[i].begin;
    const auto rest = text.substr(static_cast<size_t>(begin));
    const size_t tag = html ? tag_length(rest) : 0, entity = html ? entity_length(rest) : 0;
    if (const auto markup = static_cast<int64_t>(std::max(tag, entity)); markup > 0) {
      if (entity > 0) units.push_back({begin, begin + markup});
      while (i < characters.size() && characters[i].begin < begin + markup) ++i;
      continue;
    }
    const size_t end = unit_end(characters, i);
    if (characters[i].kind != Kind::space) units.push_back({begin, characters[end - 1].end});
    i = end;
  }
  return units;
}

std::string_view UnitText::word(int64_t unit) const {
  const auto& [begin, end] = units[static_cast<size_t>(unit)];
  return std::string_view(text).substr(static_cast<size_t>(begin),
                                       static_cast<size_t>(end - begin));
}

std::vector<double> UnitText::by_unit(std::span<const double> numbers) const {
  std::vector<double> sums(units.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    for (const auto& [unit, part] : shares[i]) {
      sums[static_cast<size_t>(unit)] += part * numbers[i];
    }
  }
  return sums;
}

std::vector<bool> UnitText::read() const {
  std::vector<bool> found(units.size());
  for (const auto& of_id : shares) {
    for (const auto& share : of_id) found[static_cast<size_t>(share.unit)] = true;
  }
  return found;
}

UnitText make_unit_text(std::string text, const Tokenizer& tokenizer, const LengthLimit& limit) {
  UnitText made{.text = std::move(text)};
  // The tokenizer's way with a tag tells whether it strips them.
  made.units = text_units(made.text, tokenizer.normalize("<br />").empty());
  const auto pieces = tokenizer.encode_with_places(made.text);
  for (const int64_t place : places_kept(pieces.size(), limit)) {
    const auto& piece = pieces[static_cast<size_t>(place)];
    made.ids.push_back(piece.id);
    made.shares.push_back(shares_of(piece, made.units));
  }
  return made;
}

std::string without_units(const UnitText& text, const std::vector<bool>& removed) {
  std::string rest;
  size_t from = 0;
  for (size_t unit = 0; unit < removed.size(); ++unit) {
    if (!removed[unit]) continue;
    rest.append(text.text, from, static_cast<size_t>(text.units[unit].begin) - from);
    from = static_cast<size_t>(text.units[unit].end);
  }
  return rest.append(text.text, from, std::string::npos);
}

}  // namespace mnemo
