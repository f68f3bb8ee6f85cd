// Leads from files to the training and validation parts of a text data set.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/support/cache_folder.h"
#include "app/tasks/text/train_text_options.h"
#include "datasets/label_lists.h"
#include "datasets/labelled_texts.h"
#include "datasets/labels.h"
#include "datasets/row_sketch.h"
#include "datasets/token_file.h"
#include "mnemo/reporter.h"

namespace mnemo {

struct TextPart {
  std::shared_ptr<const TextSpool> texts;  // of the whole file
  std::vector<int32_t> rows;               // those of this part
  // The number of each in the label set; of several labels the first; of numbers 0.
  std::vector<int32_t> labels;
  // The second labels of the same rows, -1 where a row has none; empty when there is none at all.
  std::vector<int32_t> aux_labels = {};
  LabelLists lists = {};             // TextAnswer::labels: all labels of the same rows
  std::vector<double> numbers = {};  // TextAnswer::numbers: the number of each

  int64_t size() const { return std::ssize(rows); }
  TextSource source() const;  // the part's texts; it must outlive them
};

struct TextData {
  TextAnswer answer = TextAnswer::classes;
  LabelSet labels;      // none of numbers
  LabelSet aux_labels;  // of `aux-label-column`
  TextPart train;
  TextPart valid;
  std::string train_sha256;   // of `train`
  std::string valid_sha256;   // of `valid`; empty without it
  RowSketch seen;             // the texts of the training part
  TextReaderOptions reading;  // for files that are to be read as `train` was
};

// Reads `train` and `valid`, or holds a share of `train` out. Texts are kept on disk, in the folder
// `spool`. `warn` hears of repaired or empty rows, and of classes that look like numbers. Throws
// Error when there is only one class, one that training does not have, or a number that is none.
TextData read_text_data(const TrainTextOptions& options, const std::filesystem::path& spool,
                        const Warn& warn);

// The token ids of all rows of a part's file, from the cache if they are there, else encoded into
// it. `progress` (may be empty) hears how many texts are encoded.
std::shared_ptr<const TokenFile> encode_part(const TextPart& part, const Tokenizer& tokenizer,
                                             const LengthLimit& limit, int64_t threads,
                                             const CacheFolder& cache,
                                             const std::function<void(int64_t)>& progress = {});

// Warns of what a reader met and went on from.
void warn_of(const ReadCounts& counts, const std::string& file, const Warn& warn);

}  // namespace mnemo
