// How files of texts and of numbers are read, and how texts become pieces, as options.
#pragma once

#include <string>

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

}  // namespace mnemo
