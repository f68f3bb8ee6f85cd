// How a file for a trained model is read: as its training file was, but for what was asked for.
#pragma once

#include <functional>

#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "datasets/text_reader.h"

namespace mnemo {

struct FileReading {
  // Each makes this file's way of the training file's.
  std::function<TextReaderOptions(TextReaderOptions trained)> text = {};
  std::function<SeriesReaderOptions(SeriesReaderOptions trained)> series = {};
  std::function<NumberTableOptions(NumberTableOptions trained)> table = {};
};

}  // namespace mnemo
