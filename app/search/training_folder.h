// Reads from a run folder what a training of another process has come to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

struct EpochFigures {
  int64_t epoch = 0;
  double loss = 0.0;     // of validation
  double metric = 0.0;   // likewise
  double seconds = 0.0;  // training and validation
};

struct TrainingFigures {
  std::vector<EpochFigures> epochs;  // those it has had
  int64_t planned_epochs = 0;        // at most
  std::string metric = {};           // its name, e.g. "accuracy"
  bool is_complete = false;          // finished, or stopped early
  bool has_late_part = false;        // something joins the model after its epochs
  // The figures of the model that the run keeps, or that a paused one would keep, had it ended
  // there. Nothing where it was interrupted before that was measured.
  std::optional<EpochFigures> kept = {};
  double late_seconds = 0.0;  // that it took to train what joined, or would join
  int64_t parameters = 0;
  // The validation loss of one answer for all samples; NaN where it is not known.
  double chance_loss = std::numeric_limits<double>::quiet_NaN();
  // Pieces of the longest text, if the model reads all of it; 0: it does not, or unknown.
  int64_t longest_text = 0;
  std::string weights_sha256 = {};  // of the weights that are kept
  double bytes = 0.0;               // of that model's weights and tokenizer
  double milliseconds = 0.0;        // of one answer of it

  // The epoch with the lowest validation loss among the first `count`, which a run keeps; null when
  // there is none.
  const EpochFigures* best_of(int64_t count) const;
  double seconds() const;
};

// Nothing in it where the folder holds no run yet. Throws Error for a damaged one.
TrainingFigures read_training(const std::filesystem::path& run);

}  // namespace mnemo
