// The answers that texts should get: of which kind a file's labels are, and the labels or numbers
// of its rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/tasks/text/train_text_options.h"
#include "datasets/label_lists.h"
#include "datasets/labelled_texts.h"
#include "datasets/labels.h"
#include "mnemo/reporter.h"

namespace mnemo {

// How a file of this kind is read.
TextReaderOptions reader_for(TextTargetKind kind, TextReaderOptions reader);

// The answer of that kind; where `kind` leaves it open, by whether rows have several labels.
TextAnswer answer_of(TextTargetKind kind, bool has_several);

// The rows' labels, numbers of the file's `names`, become numbers in the set; -1 stays. Throws
// Error, naming `file`, for one that the set lacks.
void renumber(const LabelSet& set, const std::vector<std::string>& names,
              std::vector<int32_t>& labels, const std::string& file);

// The same of any number of labels each. Those that the set lacks are left out, and `warn` hears of
// them.
LabelLists renumbered(const LabelSet& set, const std::vector<std::string>& names,
                      const LabelLists& lists, const std::string& file, const Warn& warn);

// The number of each row. Throws Error, naming `file`, for a label that is none.
std::vector<double> numbers_in(const LabelledTexts& data, const std::string& file);

// Each row's stratum for holding some out: of several labels the one that the fewest rows have, so
// that both parts have it.
std::vector<int32_t> strata_of(const LabelLists& lists, int64_t labels);

// Warns of classes that are many different numbers, as amounts are.
void warn_of_amounts(const LabelSet& labels, int64_t rows, const std::string& file,
                     const Warn& warn);

}  // namespace mnemo
