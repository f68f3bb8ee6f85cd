#include "app/cli/file_reading_options.h"

#include <utility>

#include "app/cli/common_options.h"
#include "app/cli/series_options.h"

namespace mnemo {
namespace {

TextReaderOptions text_options_for(const OptionTable& table, const TextReaderOptions& given,
                                   TextReaderOptions trained, Delimiter delimiter) {
  trained.format = given.format;
  if (table.given("text-column")) trained.text_column = given.text_column;
  if (table.given("label-column")) trained.label_column = given.label_column;
  if (table.given("label-delimiter")) trained.label_delimiter = given.label_delimiter;
  if (table.given("header")) trained.header = given.header;
  if (table.given("invalid-utf8")) trained.invalid_utf8 = given.invalid_utf8;
  if (table.given("delimiter")) trained.delimiter = delimiter;
  if (table.given("quoting")) trained.quoting = given.quoting;
  if (table.given("text-column") || table.given("label-column")) trained.is_remembered = false;
  return trained;
}

SeriesReaderOptions series_options_for(const OptionTable& table, const SeriesReaderOptions& given,
                                       SeriesReaderOptions trained,
                                       const NumberTableOptions& numbers, Quoting quoting) {
  trained.format = given.format;
  trained.labels_file = given.labels_file;
  if (table.given("id-column")) trained.id_column = given.id_column;
  if (table.given("step-column")) trained.step_column = given.step_column;
  if (table.given("label-column")) trained.target_columns = given.target_columns;
  if (table.given("missing")) trained.missing = missing_steps(numbers.missing);
  if (table.given("delimiter")) trained.delimiter = numbers.delimiter;
  if (table.given("quoting")) trained.quoting = quoting;
  return trained;
}

}  // namespace

FileReading file_reading(const OptionTable& table, const TextReaderOptions& text,
                         const SeriesReaderOptions& series, const NumberTableOptions& numbers) {
  return {.text =
              [&](TextReaderOptions trained) {
                return text_options_for(table, text, std::move(trained), numbers.delimiter);
              },
          .series =
              [&](SeriesReaderOptions trained) {
                return series_options_for(table, series, std::move(trained), numbers, text.quoting);
              },
          .table =
              [&](NumberTableOptions trained) {
                NumberTableOptions given = numbers;
                given.quoting = text.quoting;
                return table_options_for(table, given, std::move(trained));
              }};
}

}  // namespace mnemo
