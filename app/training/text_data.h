// From files to the training and validation parts of a text data set.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/training/train_text_options.h"
#include "datasets/labels.h"

namespace mnemo {

// What the run's randomness is used for; each has a stream of its own (see derive_seed).
enum class SeedUse : uint64_t { split = 1, tokenizer, initialization, batches, steps };

uint64_t seed_for(uint64_t seed, SeedUse use);

struct TextPart {
  std::vector<std::string> texts;
  std::vector<int64_t> labels;  // numbers in the label set
};

struct TextData {
  LabelSet labels;
  TextPart train;
  TextPart valid;
  std::string train_sha256;  // of --train
  std::string valid_sha256;  // of --valid; empty without it
};

using Warn = std::function<void(const std::string&)>;

// Reads --train and --valid, or holds a share of --train out. `warn` hears of repaired or empty
// rows. Throws Error when there is only one label, or a validation label that training does not
// have.
TextData read_text_data(const TrainTextOptions& options, const Warn& warn);

// Warns of what a reader met and went on from.
void warn_of(const ReadCounts& counts, const std::string& file, const Warn& warn);

}  // namespace mnemo
