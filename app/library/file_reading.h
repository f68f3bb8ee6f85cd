// How a file for a trained model is read: as its training file was, but for what was asked for.
#pragma once

#include <string>
#include <utility>

#include "app/settings/settings_text.h"
#include "app/settings/task.h"
#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "datasets/text_reader.h"

namespace mnemo {

class FileReading {
 public:
  // The training file's way, of which nothing else was asked for.
  FileReading() = default;
  // `given`: settings by name, of which those of readers count.
  explicit FileReading(Settings given) : given_(std::move(given)) {}

  // Each returns this file's way, of the training file's. Throws UsageError for a value that a
  // setting does not have, and for what readers of the other tasks alone know.
  TextReaderOptions text(TextReaderOptions trained) const;
  SeriesReaderOptions series(SeriesReaderOptions trained) const;
  NumberTableOptions table(NumberTableOptions trained) const;

  // Throws UsageError when a setting is not one of the readers for models of `task`, or does not
  // have the value.
  void require_for(Task task) const;

 private:
  bool given(const std::string& name) const { return given_.contains(name); }

  Settings given_ = {};
};

// Each does so for the readers of one task, of which TaskLibrary has one.
void require_text_reading(const Settings& given);
void require_series_reading(const Settings& given);
void require_table_reading(const Settings& given);
void require_no_reading(const Settings& given);  // of language models, which answer nothing

}  // namespace mnemo
