#include "app/library/file_reading.h"

#include <utility>

#include "mnemo/error.h"

namespace mnemo {
namespace {

MissingSteps missing_steps(MissingValues missing) {
  switch (missing) {
    case MissingValues::fail:
      return MissingSteps::fail;
    case MissingValues::interpolate:
      return MissingSteps::interpolate;
    case MissingValues::forward:
      throw SettingError("missing", "forward is for forecasters",
                         "series take fail or interpolate");
  }
  throw Error("unhandled way with missing values");
}

}  // namespace

FileReading::FileReading(const OptionSet& set, TextReaderOptions text, SeriesReaderOptions series,
                         NumberTableOptions numbers)
    : given_(set.given_values()),
      text_(std::move(text)),
      series_(std::move(series)),
      numbers_(std::move(numbers)) {}

TextReaderOptions FileReading::text(TextReaderOptions trained) const {
  trained.format = text_.format;
  if (given("text-column")) trained.text_column = text_.text_column;
  if (given("label-column")) trained.label_column = text_.label_column;
  if (given("label-delimiter")) trained.label_delimiter = text_.label_delimiter;
  if (given("header")) trained.header = text_.header;
  if (given("invalid-utf8")) trained.invalid_utf8 = text_.invalid_utf8;
  if (given("delimiter")) trained.delimiter = numbers_.delimiter;
  if (given("quoting")) trained.quoting = text_.quoting;
  if (given("text-column") || given("label-column")) trained.is_remembered = false;
  return trained;
}

SeriesReaderOptions FileReading::series(SeriesReaderOptions trained) const {
  trained.format = series_.format;
  trained.labels_file = series_.labels_file;
  if (given("id-column")) trained.id_column = series_.id_column;
  if (given("step-column")) trained.step_column = series_.step_column;
  if (given("label-column")) trained.target_columns = series_.target_columns;
  if (given("missing")) trained.missing = missing_steps(numbers_.missing);
  if (given("delimiter")) trained.delimiter = numbers_.delimiter;
  if (given("quoting")) trained.quoting = text_.quoting;
  return trained;
}

NumberTableOptions FileReading::table(NumberTableOptions trained) const {
  if (given("time-column")) trained.time_column = numbers_.time_column;
  if (given("series-column")) trained.series_column = numbers_.series_column;
  if (given("missing")) trained.missing = numbers_.missing;
  if (given("decimal")) trained.decimal = numbers_.decimal;
  if (given("delimiter")) trained.delimiter = numbers_.delimiter;
  if (given("time-format")) trained.time_format = numbers_.time_format;
  if (given("quoting")) trained.quoting = text_.quoting;
  if (given("skip-lines")) trained.skip_lines = numbers_.skip_lines;
  if (given("missing-marker")) trained.missing_markers = numbers_.missing_markers;
  return trained;
}

}  // namespace mnemo
