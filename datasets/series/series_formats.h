// All formats of numeric series, one row each.
#pragma once

#include <array>
#include <string_view>

namespace mnemo {

// A row is the format's enumerator, its name for `series-format`, and in ROW_series() its
// definition, which stands in the file of its reader. Of two formats that claim a file the upper
// one has it.
#define MNEMO_SERIES_FORMATS(ROW) \
  ROW(ts)                         \
  ROW(wide)                       \
  ROW(csv)                        \
  ROW(npy)                        \
  ROW(npz)                        \
  ROW(arff)                       \
  ROW(tsf)

#define MNEMO_ENUMERATOR(name) name,
enum class SeriesFormat {
  automatic,  // by the file name's ending and by how the file begins
  MNEMO_SERIES_FORMATS(MNEMO_ENUMERATOR)
};
#undef MNEMO_ENUMERATOR

struct SeriesFormatDefinition;

#define MNEMO_DECLARATION(name) const SeriesFormatDefinition& name##_series();
MNEMO_SERIES_FORMATS(MNEMO_DECLARATION)
#undef MNEMO_DECLARATION

struct SeriesFormatRow {
  SeriesFormat format;
  std::string_view name;
  const SeriesFormatDefinition& (*definition)();
};

#define MNEMO_ROW(name) SeriesFormatRow{SeriesFormat::name, #name, name##_series},
inline constexpr std::array kSeriesFormats = {MNEMO_SERIES_FORMATS(MNEMO_ROW)};
#undef MNEMO_ROW

// Throws Error for SeriesFormat::automatic.
const SeriesFormatDefinition& definition_of(SeriesFormat format);

}  // namespace mnemo
