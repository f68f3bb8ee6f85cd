#include "datasets/csv_reader.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr int kEndOfFile = std::streambuf::traits_type::eof();

bool is_blank_or_tab(int character) { return character == ' ' || character == '\t'; }

// The characters that the buffer holds already: a call for each would cost several times as much.
struct BufferedText : std::streambuf {
  static std::string_view of(const std::streambuf& buffer) {
    const char* const begin = (buffer.*(&BufferedText::gptr))();
    const char* const end = (buffer.*(&BufferedText::egptr))();
    return {begin, static_cast<size_t>(end - begin)};
  }
  static void skip(std::streambuf& buffer, size_t count) {
    (buffer.*(&BufferedText::gbump))(static_cast<int>(count));
  }
};

}  // namespace

CsvReader::CsvReader(std::istream& input, std::string name, char delimiter)
    : CsvReader(input, std::move(name), CsvDialect{.delimiter = delimiter}) {}

CsvReader::CsvReader(std::istream& input, std::string name, const CsvDialect& dialect)
    : input_(*input.rdbuf()), name_(std::move(name)) {
  set_dialect(dialect);
  skip_byte_order_mark();
}

void CsvReader::set_dialect(const CsvDialect& dialect) {
  dialect_ = dialect;
  quotes_ = dialect.quoting != Quoting::none;
  ends_field_ = {};
  for (const char c : {'\r', '\n', '\0'}) ends_field_.at(static_cast<unsigned char>(c)) = true;
  if (dialect.blanks) {
    ends_field_.at(' ') = ends_field_.at('\t') = true;
  } else {
    ends_field_.at(static_cast<unsigned char>(dialect.delimiter)) = true;
  }
}

void CsvReader::go_on(const CsvDialect& dialect, int64_t line) {
  set_dialect(dialect);
  current_line_ = line;
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

void CsvReader::skip_line() {
  for (int character = input_.sbumpc(); character != kEndOfFile; character = input_.sbumpc()) {
    if (character != '\n') continue;
    ++current_line_;
    return;
  }
}

void CsvReader::skip_lines(int64_t count) {
  for (; count > 0; --count) skip_line();
}

void CsvReader::skip_field_blanks() {
  while (is_blank_or_tab(input_.sgetc()) && input_.sgetc() != dialect_.delimiter) input_.sbumpc();
}

bool CsvReader::next(std::vector<std::string>& fields) {
  while (input_.sgetc() != kEndOfFile) {
    if (dialect_.comment != 0 && input_.sgetc() == static_cast<unsigned char>(dialect_.comment)) {
      skip_line();
      continue;
    }
    if (dialect_.blanks) skip_field_blanks();
    record_line_ = current_line_;
    const bool starts_quoted = quotes_ && input_.sgetc() == '"';
    read_record(fields);
    const bool blank_line = !starts_quoted && fields.size() == 1 && fields[0].empty();
    if (!blank_line || !skips_blank_lines_) return true;
  }
  return false;
}

void CsvReader::read_record(std::vector<std::string>& fields) {
  size_t count = 0;
  lines_inside_ = 0;
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
  if (dialect_.skips_blanks) skip_field_blanks();
  if (!quotes_ || input_.sgetc() != '"') return read_unquoted(field);
  read_quoted(field);
  if (dialect_.skips_blanks) skip_field_blanks();
  const std::optional<End> end = end_of_field(input_.sbumpc());
  if (!end) {
    throw CsvFault(
        fmt::format("{}:{}: text stands behind the closing quote of a field; a quote inside a "
                    "quoted field is written twice, or say how it is with `quoting` backslash or "
                    "`quoting` none",
                    name_, current_line_));
  }
  return *end;
}

CsvReader::End CsvReader::read_unquoted(std::string& field) {
  for (;;) {
    const std::string_view buffered = BufferedText::of(input_);
    size_t size = 0;
    while (size < buffered.size() && !ends_field_[static_cast<unsigned char>(buffered[size])]) {
      ++size;
    }
    field.append(buffered, 0, size);
    BufferedText::skip(input_, size);
    const int character = input_.sbumpc();
    if (const std::optional<End> end = end_of_field(character)) return *end;
    require_text(character);
    field.push_back(static_cast<char>(character));
  }
}

void CsvReader::read_quoted(std::string& field) {
  const int64_t first_line = current_line_;
  input_.sbumpc();
  for (;;) {
    const int character = input_.sbumpc();
    if (character == kEndOfFile) {
      throw CsvFault(
          fmt::format("{}:{}: the quoted field that begins here is not closed before the file "
                      "ends; a quote inside a quoted field is written twice, and `quoting` none "
                      "reads quotes as data",
                      name_, first_line));
    }
    if (character == '"') {
      if (input_.sgetc() != '"') return;
      input_.sbumpc();
    }
    if (character == '\\' && dialect_.quoting == Quoting::backslash) {
      const int next = input_.sgetc();
      if (next == '"' || next == '\\') {
        field.push_back(static_cast<char>(input_.sbumpc()));
        continue;
      }
    }
    require_text(character);
    if (character == '\n') {
      ++current_line_;
      ++lines_inside_;
    }
    field.push_back(static_cast<char>(character));
  }
}

// Says what `character` ends, if anything. A carriage return counts only before a line feed, which
// is then taken from the input.
std::optional<CsvReader::End> CsvReader::end_of_field(int character) {
  if (character == kEndOfFile) return End::file;
  if (dialect_.blanks && is_blank_or_tab(character)) return end_of_blanks();
  if (!dialect_.blanks && character == static_cast<unsigned char>(dialect_.delimiter)) {
    return End::field;
  }
  if (character == '\r' && input_.sgetc() == '\n') character = input_.sbumpc();
  if (character != '\n') return std::nullopt;
  ++current_line_;
  return End::record;
}

// Blanks at the end of a line divide nothing.
CsvReader::End CsvReader::end_of_blanks() {
  while (is_blank_or_tab(input_.sgetc())) input_.sbumpc();
  const int next = input_.sgetc();
  if (next == kEndOfFile) return End::file;
  if (next != '\n' && next != '\r') return End::field;
  return end_of_field(input_.sbumpc()).value_or(End::field);
}

void CsvReader::require_text(int character) const {
  if (character != '\0') return;
  throw Error(
      fmt::format("{}:{}: there is a NUL byte, which no text holds; if the file is UTF-16, "
                  "convert it (iconv -f UTF-16 -t UTF-8)",
                  name_, current_line_));
}

}  // namespace mnemo
