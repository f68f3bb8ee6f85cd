#include "datasets/normalizer_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "builder.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

using sentencepiece::normalizer::Builder;

// Tags that separate what stands before from what stands after.
constexpr std::string_view kSeparatingTags[] = {
    "address", "article", "aside", "blockquote", "body",   "br",       "button",     "caption",
    "center",  "dd",      "div",   "dl",         "dt",     "fieldset", "figcaption", "figure",
    "footer",  "form",    "h1",    "h2",         "h3",     "h4",       "h5",         "h6",
    "head",    "header",  "hr",    "html",       "li",     "main",     "nav",        "ol",
    "option",  "p",       "pre",   "section",    "select", "table",    "tbody",      "td",
    "tfoot",   "th",      "thead", "title",      "tr",     "ul"};

// Tags that may stand within a word.
constexpr std::string_view kInlineTags[] = {
    "a",    "abbr",   "acronym", "b",   "big",   "cite", "code", "del", "dfn",  "em",
    "font", "i",      "ins",     "kbd", "label", "mark", "q",    "s",   "samp", "small",
    "span", "strike", "strong",  "sub", "sup",   "tt",   "u",    "var"};

struct Entity {
  std::string_view name;
  char32_t character;
};

// Every entity can also be written by number. The names are those of HTML 4.
constexpr Entity kEntities[] = {
    {"quot", U'"'},     {"amp", U'&'},      {"apos", U'\''},    {"lt", U'<'},
    {"gt", U'>'},       {"nbsp", 0x00A0},   {"iexcl", 0x00A1},  {"cent", 0x00A2},
    {"pound", 0x00A3},  {"curren", 0x00A4}, {"yen", 0x00A5},    {"brvbar", 0x00A6},
    {"sect", 0x00A7},   {"uml", 0x00A8},    {"copy", 0x00A9},   {"ordf", 0x00AA},
    {"laquo", 0x00AB},  {"not", 0x00AC},    {"shy", 0x00AD},    {"reg", 0x00AE},
    {"macr", 0x00AF},   {"deg", 0x00B0},    {"plusmn", 0x00B1}, {"sup2", 0x00B2},
    {"sup3", 0x00B3},   {"acute", 0x00B4},  {"micro", 0x00B5},  {"para", 0x00B6},
    {"middot", 0x00B7}, {"cedil", 0x00B8},  {"sup1", 0x00B9},   {"ordm", 0x00BA},
    {"raquo", 0x00BB},  {"frac14", 0x00BC}, {"frac12", 0x00BD}, {"frac34", 0x00BE},
    {"iquest", 0x00BF}, {"Agrave", 0x00C0}, {"Aacute", 0x00C1}, {"Acirc", 0x00C2},
    {"Atilde", 0x00C3}, {"Auml", 0x00C4},   {"Aring", 0x00C5},  {"AElig", 0x00C6},
    {"Ccedil", 0x00C7}, {"Egrave", 0x00C8}, {"Eacute", 0x00C9}, {"Ecirc", 0x00CA},
    {"Euml", 0x00CB},   {"Igrave", 0x00CC}, {"Iacute", 0x00CD}, {"Icirc", 0x00CE},
    {"Iuml", 0x00CF},   {"ETH", 0x00D0},    {"Ntilde", 0x00D1}, {"Ograve", 0x00D2},
    {"Oacute", 0x00D3}, {"Ocirc", 0x00D4},  {"Otilde", 0x00D5}, {"Ouml", 0x00D6},
    {"times", 0x00D7},  {"Oslash", 0x00D8}, {"Ugrave", 0x00D9}, {"Uacute", 0x00DA},
    {"Ucirc", 0x00DB},  {"Uuml", 0x00DC},   {"Yacute", 0x00DD}, {"THORN", 0x00DE},
    {"szlig", 0x00DF},  {"agrave", 0x00E0}, {"aacute", 0x00E1}, {"acirc", 0x00E2},
    {"atilde", 0x00E3}, {"auml", 0x00E4},   {"aring", 0x00E5},  {"aelig", 0x00E6},
    {"ccedil", 0x00E7}, {"egrave", 0x00E8}, {"eacute", 0x00E9}, {"ecirc", 0x00EA},
    {"euml", 0x00EB},   {"igrave", 0x00EC}, {"iacute", 0x00ED}, {"icirc", 0x00EE},
    {"iuml", 0x00EF},   {"eth", 0x00F0},    {"ntilde", 0x00F1}, {"ograve", 0x00F2},
    {"oacute", 0x00F3}, {"ocirc", 0x00F4},  {"otilde", 0x00F5}, {"ouml", 0x00F6},
    {"divide", 0x00F7}, {"oslash", 0x00F8}, {"ugrave", 0x00F9}, {"uacute", 0x00FA},
    {"ucirc", 0x00FB},  {"uuml", 0x00FC},   {"yacute", 0x00FD}, {"thorn", 0x00FE},
    {"yuml", 0x00FF},   {"OElig", 0x0152},  {"oelig", 0x0153},  {"Scaron", 0x0160},
    {"scaron", 0x0161}, {"Yuml", 0x0178},   {"fnof", 0x0192},   {"circ", 0x02C6},
    {"tilde", 0x02DC},  {"ensp", 0x2002},   {"emsp", 0x2003},   {"thinsp", 0x2009},
    {"zwnj", 0x200C},   {"zwj", 0x200D},    {"ndash", 0x2013},  {"mdash", 0x2014},
    {"lsquo", 0x2018},  {"rsquo", 0x2019},  {"sbquo", 0x201A},  {"ldquo", 0x201C},
    {"rdquo", 0x201D},  {"bdquo", 0x201E},  {"dagger", 0x2020}, {"Dagger", 0x2021},
    {"bull", 0x2022},   {"hellip", 0x2026}, {"permil", 0x2030}, {"prime", 0x2032},
    {"Prime", 0x2033},  {"lsaquo", 0x2039}, {"rsaquo", 0x203A}, {"euro", 0x20AC},
    {"trade", 0x2122},  {"larr", 0x2190},   {"uarr", 0x2191},   {"rarr", 0x2192},
    {"darr", 0x2193},   {"minus", 0x2212},  {"infin", 0x221E},  {"ne", 0x2260},
    {"le", 0x2264},     {"ge", 0x2265},     {"spades", 0x2660}, {"clubs", 0x2663},
    {"hearts", 0x2665}, {"diams", 0x2666}};

// Printable ASCII may stand as a number too, though it has no names: "&#39;", "&#x27;".
constexpr char32_t kFirstPrintable = 0x20;
constexpr char32_t kLastPrintable = 0x7E;

void require_built(const sentencepiece::util::Status& status) {
  if (!status.ok())
    throw Error(fmt::format("cannot build the text normalization rules: {}", status.ToString()));
}

Builder::Chars ascii_chars(std::string_view text) { return {text.begin(), text.end()}; }

std::string upper_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

void add_tag(std::string_view name, const Builder::Chars& replacement, Builder::CharsMap& rules) {
  for (const std::string& written : {std::string(name), upper_case(std::string(name))}) {
    for (const char* form : {"<{}>", "</{}>", "<{}/>", "<{} />"}) {
      rules[ascii_chars(fmt::format(fmt::runtime(form), written))] = replacement;
    }
  }
}

// The standard rules make this of `character` on its own.
Builder::Chars normalized(char32_t character, const Builder::CharsMap& standard) {
  const Builder::Chars alone = {character};
  const auto rule = standard.find(alone);
  return rule == standard.end() ? alone : rule->second;
}

void add_numeric_entity(char32_t character, const Builder::Chars& replacement,
                        Builder::CharsMap& rules) {
  const auto code = static_cast<uint32_t>(character);
  rules[ascii_chars(fmt::format("&#{};", code))] = replacement;
  rules[ascii_chars(fmt::format("&#{:03};", code))] = replacement;  // PHP writes &#039;
  rules[ascii_chars(fmt::format("&#x{:x};", code))] = replacement;
  rules[ascii_chars(fmt::format("&#x{:X};", code))] = replacement;
}

// The rules for tags and entities, none of which the standard rules have.
Builder::CharsMap html_rules(const Builder::CharsMap& standard) {
  Builder::CharsMap rules;
  for (const std::string_view tag : kSeparatingTags) add_tag(tag, {U' '}, rules);
  for (const std::string_view tag : kInlineTags) add_tag(tag, {}, rules);
  for (char32_t c = kFirstPrintable; c <= kLastPrintable; ++c) {
    add_numeric_entity(c, normalized(c, standard), rules);
  }
  for (const Entity& entity : kEntities) {
    const Builder::Chars replacement = normalized(entity.character, standard);
    rules[ascii_chars(fmt::format("&{};", entity.name))] = replacement;
    add_numeric_entity(entity.character, replacement, rules);
  }
  return rules;
}

// The standard rules know those of ASCII alone. The others are found where text in another encoding
// was taken for Latin-1, most often for a dash or an ellipsis: something between words.
void add_control_character_rules(Builder::CharsMap& rules) {
  for (char32_t c = 0x80; c <= 0x9F; ++c) rules[{c}] = {U' '};
}

std::string compile(const NormalizerOptions& options) {
  std::string compiled;
  require_built(
      Builder::GetPrecompiledCharsMap(options.lowercase ? "nmt_nfkc_cf" : "nmt_nfkc", &compiled));
  Builder::CharsMap rules;
  require_built(Builder::DecompileCharsMap(compiled, &rules));
  if (options.strip_html) rules.merge(html_rules(rules));
  add_control_character_rules(rules);
  require_built(Builder::CompileCharsMap(rules, &compiled));
  return compiled;
}

constexpr size_t kUnitBytes = 4;

uint32_t unit_at(std::string_view units, size_t index) {
  uint32_t unit = 0;
  for (size_t i = kUnitBytes; i > 0; --i) {  // little-endian on every machine
    unit = unit << 8 | static_cast<unsigned char>(units[index * kUnitBytes + i - 1]);
  }
  return unit;
}

}  // namespace

std::string compile_normalizer_rules(const NormalizerOptions& options) {
  // Taking the standard rules apart is half a second's work, and the bytes depend on these two
  // options alone: all tokenizers of the process share them, whose trainings may run in threads.
  static std::mutex mutex;
  static std::map<std::pair<bool, bool>, std::string> compiled;
  const std::lock_guard lock(mutex);
  std::string& rules = compiled[{options.lowercase, options.strip_html}];
  if (rules.empty()) rules = compile(options);
  return rules;
}

bool rules_are_sound(std::string_view compiled) {
  if (compiled.empty()) return true;
  // The size of a double-array trie in bytes; its units of 32 bits; then the texts written.
  if (compiled.size() < kUnitBytes) return false;
  const size_t trie_bytes = unit_at(compiled, 0);
  compiled.remove_prefix(kUnitBytes);
  // A unit is reached as (offset ^ byte), so blocks of 256 are inside or outside as a whole.
  if (trie_bytes > compiled.size() || trie_bytes % (256 * kUnitBytes) != 0) return false;
  const size_t units = trie_bytes / kUnitBytes;
  const std::string_view texts = compiled.substr(trie_bytes);
  if (texts.empty() || texts.back() != '\0') return false;
  for (size_t i = 0; i < units; ++i) {
    const uint32_t unit = unit_at(compiled, i);
    // The bits are those of Darts-clone, the library that SentencePiece uses. Units that hold a
    // value lead nowhere.
    const bool holds_value = (unit >> 31) != 0;
    const size_t offset = size_t{unit >> 10} << ((unit & 0x200) >> 6);
    if (holds_value ? (unit & 0x7fffffff) >= texts.size() : (i ^ offset) >= units) return false;
  }
  return true;
}

}  // namespace mnemo
