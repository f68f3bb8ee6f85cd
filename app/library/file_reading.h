// How a file for a trained model is read: as its training file was, but for what was asked for.
#pragma once

#include <string>

#include "app/settings/option_set.h"
#include "app/settings/settings_text.h"
#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "datasets/text_reader.h"

namespace mnemo {

class FileReading {
 public:
  // The training file's way, of which nothing else was asked for.
  FileReading() = default;
  // The options that `set` was given count, whose values are in the others. The delimiter is that
  // of `numbers`, as is what becomes of missing values; quotes are as in `text`.
  FileReading(const OptionSet& set, TextReaderOptions text, SeriesReaderOptions series,
              NumberTableOptions numbers);

  // Each returns this file's way, of the training file's. Throws UsageError for what readers of the
  // other tasks alone know.
  TextReaderOptions text(TextReaderOptions trained) const;
  SeriesReaderOptions series(SeriesReaderOptions trained) const;
  NumberTableOptions table(NumberTableOptions trained) const;

 private:
  bool given(const std::string& name) const { return given_.contains(name); }

  Settings given_ = {};
  TextReaderOptions text_ = {};
  SeriesReaderOptions series_ = {};
  NumberTableOptions numbers_ = {};
};

}  // namespace mnemo
