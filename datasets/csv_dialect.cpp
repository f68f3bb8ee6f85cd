#include "datasets/csv_dialect.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "datasets/csv_reader.h"

namespace mnemo {
namespace {

struct DelimiterCharacter {
  Delimiter delimiter;
  char character;
};
constexpr std::array kDelimiterCharacters = {
    DelimiterCharacter{Delimiter::comma, ','}, DelimiterCharacter{Delimiter::semicolon, ';'},
    DelimiterCharacter{Delimiter::tab, '\t'},  DelimiterCharacter{Delimiter::pipe, '|'},
    DelimiterCharacter{Delimiter::caret, '^'}, DelimiterCharacter{Delimiter::tilde, '~'}};

bool are_even(const std::vector<CsvRecord>& records) {
  return std::ranges::all_of(
      records, [&](const CsvRecord& record) { return record.size() == records.front().size(); });
}

// `usual.delimiter`, unless another one alone gives a wanted first record and even ones below.
char fitting_delimiter(std::string_view head, const CsvDialect& usual,
                       const std::function<bool(const CsvRecord&)>& is_wanted) {
  const auto fits = [&](const std::vector<CsvRecord>& records) {
    return !records.empty() && is_wanted(records.front()) && are_even(records);
  };
  if (fits(first_records(head, usual))) return usual.delimiter;
  char best = usual.delimiter;
  size_t most_fields = 1;
  for (const auto& [name, character] : kDelimiterCharacters) {
    CsvDialect other = usual;
    other.delimiter = character;
    const auto records = first_records(head, other);
    if (!fits(records) || records.front().size() <= most_fields) continue;
    most_fields = records.front().size();
    best = character;
  }
  return best;
}

}  // namespace

char character_of(Delimiter delimiter) {
  const auto found =
      std::ranges::find(kDelimiterCharacters, delimiter, &DelimiterCharacter::delimiter);
  return found == kDelimiterCharacters.end() ? '\0' : found->character;
}

Delimiter delimiter_named_by(char character) {
  const auto found =
      std::ranges::find(kDelimiterCharacters, character, &DelimiterCharacter::character);
  return found == kDelimiterCharacters.end() ? Delimiter::automatic : found->delimiter;
}

std::vector<CsvRecord> first_records(std::string_view head, const CsvDialect& dialect) {
  std::istringstream input{std::string(head)};
  std::vector<CsvRecord> records;
  try {
    CsvReader reader(input, "", dialect);
    for (CsvRecord record; reader.next(record);) records.push_back(record);
  } catch (const Error&) {
    return records;
  }
  if (head.ends_with('\n') || records.empty()) return records;
  if (records.size() > 1) {
    records.pop_back();
  } else if (records.front().size() > 1) {
    records.front().pop_back();
  }
  return records;
}

CsvDialect find_dialect(std::string_view head, char usual, Delimiter delimiter, Quoting quoting,
                        const std::function<bool(const CsvRecord&)>& is_wanted) {
  const bool tries = quoting == Quoting::automatic;
  const bool is_told = delimiter != Delimiter::automatic;
  CsvDialect dialect{.delimiter = is_told ? character_of(delimiter) : usual,
                     .quoting = tries ? Quoting::standard : quoting};
  if (!is_told) dialect.delimiter = fitting_delimiter(head, dialect, is_wanted);
  const auto records = first_records(head, dialect);
  if (!tries || records.empty() || is_wanted(records.front())) return dialect;
  CsvDialect blanks = dialect;
  blanks.skips_blanks = true;
  if (!is_told) blanks.delimiter = fitting_delimiter(head, blanks, is_wanted);
  const auto without = first_records(head, blanks);
  return !without.empty() && is_wanted(without.front()) ? blanks : dialect;
}

}  // namespace mnemo
