// All formats of texts, one row each.
#pragma once

#include <array>
#include <string_view>

namespace mnemo {

// A row is the format's enumerator, its name for `input-format`, and in ROW_texts() its
// definition, which stands in the file of its reader. Of two formats that claim a file the upper
// one has it.
#define MNEMO_TEXT_FORMATS(ROW) \
  ROW(csv)                      \
  ROW(tsv)                      \
  ROW(jsonl)                    \
  ROW(json)                     \
  ROW(fasttext)                 \
  ROW(lines)                    \
  ROW(folder)

#define MNEMO_ENUMERATOR(name) name,
enum class InputFormat {
  automatic,  // by the file name's ending and by how the file begins
  MNEMO_TEXT_FORMATS(MNEMO_ENUMERATOR)
};
#undef MNEMO_ENUMERATOR

struct TextFormat;

#define MNEMO_DECLARATION(name) const TextFormat& name##_texts();
MNEMO_TEXT_FORMATS(MNEMO_DECLARATION)
#undef MNEMO_DECLARATION

struct TextFormatRow {
  InputFormat format;
  std::string_view name;
  const TextFormat& (*definition)();
};

#define MNEMO_ROW(name) TextFormatRow{InputFormat::name, #name, name##_texts},
inline constexpr std::array kTextFormats = {MNEMO_TEXT_FORMATS(MNEMO_ROW)};
#undef MNEMO_ROW

// Throws Error for InputFormat::automatic.
const TextFormat& definition_of(InputFormat format);

}  // namespace mnemo
