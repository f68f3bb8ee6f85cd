// How a file of delimited fields is written, and how that is found out from its beginning.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

enum class Delimiter { automatic, comma, semicolon, tab, pipe, caret, tilde };

enum class Quoting {
  automatic,  // standard; a record that cannot be read so is read as one of the others if it can
  standard,   // RFC 4180: a quote inside a quoted field is written twice
  backslash,  // ... or has a backslash in front
  none,       // quotes are letters like others
};

struct CsvDialect {
  char delimiter = ',';
  Quoting quoting = Quoting::standard;  // never automatic
  bool skips_blanks = false;            // those behind a delimiter, and around quotes
};

using CsvRecord = std::vector<std::string>;

// The character; '\0' for automatic.
char character_of(Delimiter delimiter);
// Automatic for a character that is none of them.
Delimiter delimiter_named_by(char character);

// The whole records that stand in the beginning of a file: up to the first that is faulty, and
// without the last (of one record, its last field) if no line break is behind it.
std::vector<CsvRecord> first_records(std::string_view head, const CsvDialect& dialect);

// The dialect of a file that begins so, with what is told of it. `usual` is the delimiter unless
// another one gives a first record that `is_wanted`, and as many fields in every record, while
// `usual` does not. Quoting::automatic: standard, and blanks are skipped where the first record is
// wanted without them alone, as in "label, text".
CsvDialect find_dialect(std::string_view head, char usual, Delimiter delimiter, Quoting quoting,
                        const std::function<bool(const CsvRecord&)>& is_wanted);

}  // namespace mnemo
