// A labelled file as training needs it: the texts on disk, a few bytes a row in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "datasets/label_lists.h"
#include "datasets/text_reader.h"
#include "datasets/text_spool.h"
#include "mnemo/rows.h"

namespace mnemo {

struct LabelledTexts {
  std::shared_ptr<const TextSpool> texts;
  std::vector<std::string> label_names;  // the distinct labels, in the order of their first rows
  // Row i has label_names[labels[i]]; of several labels the first; -1: it has none.
  std::vector<int32_t> labels;
  LabelLists lists;          // all labels of each row, where a row may have several; else empty
  bool has_several = false;  // a row has not exactly one
  std::vector<std::string> aux_label_names;  // likewise, of a second label
  std::vector<int32_t> aux_labels;           // -1: the row has none; empty: none was read
  std::vector<uint64_t> text_hashes;  // see fingerprint_of(): rows of equal text have equal ones
  ReadCounts counts;
  std::string sha256;         // of the file
  TextReaderOptions reading;  // for other files that are to be read as this one was
};

// Reads the whole file. `spool_folder` must exist. Throws Error for 2^31 rows or more.
LabelledTexts read_labelled_texts(const std::filesystem::path& path,
                                  const TextReaderOptions& options,
                                  const std::filesystem::path& spool_folder);

// The same of texts in memory; `name` stands for them in messages, and their number, from 1, for a
// line. Throws UsageError where they have not a label each.
LabelledTexts label_texts(const TrainingTexts& rows, const std::string& name,
                          const std::filesystem::path& spool_folder);

}  // namespace mnemo
