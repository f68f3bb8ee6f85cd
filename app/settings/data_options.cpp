#include "app/settings/data_options.h"

#include <fmt/format.h>

#include "app/settings/enum_tables.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/settings/series_enum_tables.h"
#include "mnemo/error.h"

namespace mnemo {

void describe(OptionSet& set, TextReaderOptions& options) {
  set.choice("input-format", options.format,
             "format, see `mnemo formats`; auto goes by the file's name and beginning")
      .for_files();
  set.text("text-column", options.text_column,
           "column of the text: its name, or number from 1; several, joined by commas, are joined")
      .for_files();
  set.choice("header", options.header, "csv and tsv begin with a row of column names").for_files();
  set.choice("invalid-utf8", options.invalid_utf8, "what to do with bytes that are no UTF-8")
      .for_files();
}

void describe(OptionSet& set, Delimiter& delimiter) {
  set.choice("delimiter", delimiter, "between the fields of a table; auto: found").for_files();
}

void describe(OptionSet& set, Quoting& quoting) {
  set.choice("quoting", quoting,
             "how quotes stand inside of quotes in a table: written twice, or behind a backslash; "
             "none: they are letters; auto: found")
      .for_files();
}

void describe_tokenizer(OptionSet& set, TokenizerOptions& options, std::string& file) {
  set.group("Tokenizer");
  set.text("tokenizer", file, "use this SentencePiece model, train none");
  set.choice("tokenizer-type", options.type, "kind of pieces");
  set.number("vocab-size", options.vocab_size, {3, 1'000'000}, "pieces of the tokenizer");
  set.flag("lowercase", options.lowercase, "fold case");
  set.flag("strip-html", options.strip_html, "drop plain tags such as <br />, resolve entities");
  set.number("character-coverage", options.character_coverage, {0.98, 1.0},
             "share of the texts' characters that get a piece; the rarest are spelled in bytes");
  set.number("tokenizer-sample", options.sample_bytes, {1, 1'000'000'000},
             "bytes of texts, drawn at random, that the tokenizer is trained on");
}

void require_no_tokenizer_rules(const OptionSet& set, const char* owner, const std::string& place) {
  // The same heading holds options of the task that are no rules of the tokenizer.
  TokenizerOptions options;
  std::string file;
  OptionSet tokenizer;
  describe_tokenizer(tokenizer, options, file);
  for (const auto& option : tokenizer.groups().back().options) {
    if (option.name == "tokenizer" || !set.given(option.name)) continue;
    throw SettingError(
        option.name,
        fmt::format("and `{}` contradict each other: {} has its own rules", owner, place),
        "drop one of the two");
  }
}

void describe(OptionSet& set, NumberTableOptions& options) {
  set.text("time-column", options.time_column,
           "column of the rows' times, or several as in Date,Time or year,month,day; auto: found; "
           "none")
      .for_files();
  set.text("time-format", options.time_format.pattern,
           "how they are written, as in %d/%m/%Y %H:%M; none: found")
      .for_files();
  set.text("series-column", options.series_column,
           "column that names the series a row belongs to, when a file has many; or several, as in "
           "Region,State")
      .for_files();
  set.choice("decimal", options.decimal,
             "decimal mark; the other one may group thousands; auto: by the numbers")
      .for_files();
  set.number("skip-lines", options.skip_lines, {kAutomaticSkip, 1'000'000},
             "lines above the header; -1: found")
      .for_files();
  set.list("missing-marker", options.missing_markers,
           "what else stands for a missing value, as in -999,n.m.")
      .for_files();
}

void describe(OptionSet& set, MissingValues& missing) {
  set.choice("missing", missing, "what to do about missing values");
}

void describe(OptionSet& set, SeriesReaderOptions& options) {
  set.choice("series-format", options.format,
             "format, see `mnemo formats`; auto goes by the file's name and beginning")
      .for_files();
  set.text("id-column", options.id_column, "csv: column that says which rows are one series")
      .for_files();
  set.text("step-column", options.step_column,
           "csv: column of numbers or times by which the rows of a series are sorted")
      .for_files();
}

void describe_label_column(OptionSet& set, std::string& column, const char* help) {
  set.text("label-column", column, help).for_files();
}

void describe_label_columns(OptionSet& set, std::vector<std::string>& columns, const char* help) {
  set.list("label-column", columns, help).for_files();
}

void describe_label_delimiter(OptionSet& set, std::string& delimiter, const char* help) {
  set.text("label-delimiter", delimiter, help).for_files();
}

void describe_labels(OptionSet& set, std::string& file) {
  set.text("labels", file, "npy: file of the labels or numbers; npz: name of their array")
      .for_files()
      .same_in_searches();
}

void describe_reading(OptionSet& set, TextReaderOptions& options) {
  describe(set, options);
  describe(set, options.delimiter);
  describe(set, options.quoting);
  describe_label_column(set, options.label_column);
  describe_label_delimiter(set, options.label_delimiter);
}

void describe_reading(OptionSet& set, SeriesReading& reading) {
  describe(set, reading.options);
  describe(set, reading.options.delimiter);
  describe(set, reading.options.quoting);
  describe(set, reading.missing);
  describe_label_column(set, reading.label_columns);
  describe_labels(set, reading.options.labels_file);
}

void describe_reading(OptionSet& set, NumberTableOptions& options) {
  describe(set, options);
  describe(set, options.delimiter);
  describe(set, options.quoting);
  describe(set, options.missing);
}

}  // namespace mnemo
