// How files of texts and of numbers are read, and how texts become pieces, as options.
#pragma once

#include <string>
#include <vector>

#include "app/settings/option_set.h"
#include "datasets/csv_dialect.h"
#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "datasets/text_reader.h"
#include "datasets/tokenizer.h"

namespace mnemo {

// `input-format`, `text-column`, `header`, `invalid-utf8`
void describe(OptionSet& set, TextReaderOptions& options);

// `delimiter`
void describe(OptionSet& set, Delimiter& delimiter);

// `quoting`
void describe(OptionSet& set, Quoting& quoting);

// `tokenizer`, `tokenizer-type`, `vocab-size` and their like, under a heading of their own
void describe_tokenizer(OptionSet& set, TokenizerOptions& options, std::string& file);

// Throws SettingError when rules were given for a tokenizer that the option `owner` names, which
// has its own: those in `place`.
void require_no_tokenizer_rules(const OptionSet& set, const char* owner, const std::string& place);

// `time-column`, `series-column`, `decimal` and their like
void describe(OptionSet& set, NumberTableOptions& options);

// `missing`
void describe(OptionSet& set, MissingValues& missing);

// `series-format`, `id-column`, `step-column`
void describe(OptionSet& set, SeriesReaderOptions& options);

// `label-column`; a text has one, whose name may hold commas
void describe_label_column(OptionSet& set, std::string& column,
                           const char* help =
                               "column of the label: its name, or for texts its number from 1; of "
                               "series that have several numbers, their names joined by commas");
void describe_label_columns(OptionSet& set, std::vector<std::string>& columns, const char* help);

// `label-delimiter`
void describe_label_delimiter(
    OptionSet& set, std::string& delimiter,
    const char* help = "between the labels of a cell, of models that give several");

// `labels`
void describe_labels(OptionSet& set, std::string& file);

// A reader of series, and those of its settings that have another form in it.
struct SeriesReading {
  SeriesReaderOptions options = {};
  std::string label_columns = {};  // joined by commas
  MissingValues missing = MissingValues::fail;
};

// Each describes all that the reader of a task can be told of a file for a trained model.
void describe_reading(OptionSet& set, TextReaderOptions& options);
void describe_reading(OptionSet& set, SeriesReading& reading);
void describe_reading(OptionSet& set, NumberTableOptions& options);

}  // namespace mnemo
