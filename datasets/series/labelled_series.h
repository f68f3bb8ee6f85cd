// Numeric series with a target each, as a whole file holds them, in any format of series_formats.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/csv_dialect.h"
#include "datasets/series/series_formats.h"
#include "mnemo/rows.h"

namespace mnemo {

struct LabelledSeries {
  std::vector<std::string> features;    // names; "1", "2", ... where the file has none
  std::vector<float> values;            // (N, features) the steps of one series after the other's
  std::vector<int64_t> offsets;         // (series + 1) the step each begins at, and at the end N
  int64_t targets_per_series = 0;       // 0: the file has none, or none were asked for
  std::vector<std::string> targets;     // (series, targets_per_series) as the file writes them
  std::vector<std::string> aux_labels;  // (series), may be empty strings; none: no such column
  std::vector<std::string> ids;         // of each series, from the id column; else "1", "2", ...
  std::vector<std::string> warnings;    // values filled in
  std::string sha256;                   // of the file (of the array of values)
  SeriesFormat format = SeriesFormat::automatic;  // of the file; of rows in memory automatic

  int64_t size() const { return static_cast<int64_t>(offsets.size()) - 1; }
  int64_t width() const { return static_cast<int64_t>(features.size()); }
  int64_t length(int64_t series) const;
};

// A series with a missing value: the straight line between its neighbours, at the ends the nearest.
enum class MissingSteps { fail, interpolate };

struct SeriesReaderOptions {
  SeriesFormat format = SeriesFormat::automatic;
  std::string id_column = "id";  // csv: rows with one id are one series
  // Formats with columns have them by name, or by number from 1 where there is no header. In csv
  // all rows of a series hold the same.
  std::vector<std::string> target_columns = {"label"};
  // csv: of a second label, which series may lack; empty: none. A file may lack the column.
  std::string aux_label_column = {};
  std::string labels_file = {};  // npy: file of the targets; npz: name of their array
  MissingSteps missing = MissingSteps::fail;
  // csv: numbers or times by which the rows of a series are sorted; no feature. Empty: none is
  // named, and rows stay as they are, unless a column counts them otherwise.
  std::string step_column = {};
  Delimiter delimiter = Delimiter::automatic;  // tables: the format's own, or what the header shows
  Quoting quoting = Quoting::automatic;

  // This is known of a training file, for files that are read as it was. Its format is that of
  // files whose ending tells none, and of those with `ending` (empty: none).
  SeriesFormat known_format = SeriesFormat::automatic;
  std::string ending = {};
};

enum class Targets { required, ignored };

// Reads a whole file: at least one series, none empty, all values finite. Throws Error that names
// the file, the line (or array and index), what was found, what was expected and what to do. The
// file needs no targets if they are ignored (Targets::ignored).
LabelledSeries read_labelled_series(const std::filesystem::path& path,
                                    const SeriesReaderOptions& options, Targets targets);

// The same of series in memory; `name` stands for them in messages. Throws UsageError where their
// parts do not fit together, Error for values that are infinite or missing.
LabelledSeries label_series(const TrainingSeries& rows, MissingSteps missing,
                            const std::string& name);

}  // namespace mnemo
