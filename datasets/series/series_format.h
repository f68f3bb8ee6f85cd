// A format of numeric series brings this with it: see series_formats.h for all of them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "common/input_stream.h"
#include "datasets/series/labelled_series.h"

namespace mnemo {

// A reader reads this.
struct SeriesSource {
  InputStream& input;
  std::string_view head;       // how it begins; valid until the first read
  std::filesystem::path path;  // in messages
};

struct SeriesFormatDefinition {
  std::vector<std::string> endings = {};
  // Other formats have these endings, too: a file is of this one if it begins like one.
  std::vector<std::string> shared_endings = {};
  bool (*begins_so)(std::string_view head, const SeriesReaderOptions& options) = nullptr;
  bool has_columns = false;   // targets are found by name
  bool labels_apart = false;  // `labels` says where the targets are
  // Reads all of it, but for what read_labelled_series() adds.
  LabelledSeries (*read)(const SeriesSource& source, const SeriesReaderOptions& options,
                         Targets targets) = nullptr;
  std::string description = {};  // one line
  std::string example = {};      // a few lines of a file
};

}  // namespace mnemo
