#include "datasets/csv_reader.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr int kEndOfFile = std::streambuf::traits_type::eof();

}  // namespace

// The stream's buffer is read directly: istream::get() costs several times as much a character.
CsvReader::CsvReader(std::istream& input, std::string name, const CsvDialect& dialect)
    : input_(*input.rdbuf()), name_(std::move(name)), dialect_(dialect) {
  skip_byte_order_mark();
}

void CsvReader::skip_byte_order_mark() {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  for (size_t i = 0; i < kMark.size(); ++i) {
    if (input_.sgetc() != static_cast<unsigned char>(kMark[i])) {
      for (; i > 0; --i) input_.sungetc();  // a letter that begins like a mark
      return;
    }
    input_.sbumpc();
  }
}

bool CsvReader::next(std::vector<std::string>& fields) {
  while (input_.sgetc() != kEndOfFile) {
    record_line_ = current_line_;
    const bool starts_quoted = input_.sgetc() == '"';
    read_record(fields);
    const bool blank_line = !starts_quoted && fields.size() == 1 && fields[0].empty();
    if (!blank_line || !skips_blank_lines_) return true;
  }
  return false;
}

void CsvReader::read_record(std::vector<std::string>& fields) {
  size_t count = 0;
  End end = End::field;
  while (end == End::field) {
    // The strings of the record before are written over: their memory is there already.
    if (count == fields.size()) fields.emplace_back();
    end = read_field(fields[count++]);
  }
  fields.resize(count);
}

CsvReader::End CsvReader::read_field(std::string& field) {
  field.clear();
  if (dialect_.skips_blanks) skip_blanks();
  if (input_.sgetc() != '"' || dialect_.quoting == Quoting::none) return read_unquoted(field);
  read_quoted(field);
  if (dialect_.skips_blanks) skip_blanks();
  const std::optional<End> end = end_of_field(input_.sbumpc());
  if (!end) {
    throw CsvFault(
        fmt::format("{}:{}: text stands behind the closing quote of a field; a quote inside a "
                    "quoted field is written twice",
                    name_, current_line_));
  }
  return *end;
}

CsvReader::End CsvReader::read_unquoted(std::string& field) {
  for (;;) {
    const int character = input_.sbumpc();
    if (const std::optional<End> end = end_of_field(character)) return *end;
    require_text(character);
    field.push_back(static_cast<char>(character));
  }
}

void CsvReader::skip_blanks() {
  const auto is_blank = [&](int character) {
    return character == ' ' || (character == '\t' && dialect_.delimiter != '\t');
  };
  while (is_blank(input_.sgetc())) input_.sbumpc();
}

void CsvReader::read_quoted(std::string& field) {
  const bool has_escapes = dialect_.quoting == Quoting::backslash;
  const int64_t first_line = current_line_;
  input_.sbumpc();
  for (;;) {
    int character = input_.sbumpc();
    if (character == kEndOfFile) {
      throw CsvFault(
          fmt::format("{}:{}: the quoted field that begins here is not closed before the file "
                      "ends; a quote inside a quoted field is written twice",
                      name_, first_line));
    }
    if (character == '"') {
      if (input_.sgetc() != '"') return;
      input_.sbumpc();
    } else if (character == '\\' && has_escapes &&
               (input_.sgetc() == '"' || input_.sgetc() == '\\')) {
      character = input_.sbumpc();
    }
    require_text(character);
    if (character == '\n') ++current_line_;
    field.push_back(static_cast<char>(character));
  }
}

// Says what `character` ends, if anything. A carriage return counts only before a line feed, which
// is then taken from the input.
std::optional<CsvReader::End> CsvReader::end_of_field(int character) {
  if (character == static_cast<unsigned char>(dialect_.delimiter)) return End::field;
  if (character == kEndOfFile) return End::file;
  if (character == '\r' && input_.sgetc() == '\n') character = input_.sbumpc();
  if (character != '\n') return std::nullopt;
  ++current_line_;
  return End::record;
}

void CsvReader::require_text(int character) const {
  if (character != '\0') return;
  throw Error(
      fmt::format("{}:{}: there is a NUL byte, which no text holds; if the file is UTF-16, "
                  "convert it (iconv -f UTF-16 -t UTF-8)",
                  name_, current_line_));
}

}  // namespace mnemo
