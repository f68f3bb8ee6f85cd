// Says what the record of a training means, in plain words, and what to do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/diagnosis/record.h"
#include "app/settings/task.h"
#include "app/support/setting_names.h"

namespace mnemo {

// Causes first: what the settings or the data say themselves. The others may follow from these.
enum class FindingKind {
  too_few_samples,
  vanishing_gradient,
  exploding_gradient,
  learning_rate_too_high,
  learning_rate_too_low,
  too_much_dropout,
  too_many_layers,
  nothing_to_learn,
  saturated_gates,
  dead_units,
  overfitting,
};

struct Finding {
  FindingKind kind = FindingKind::vanishing_gradient;
  std::string what;    // with its numbers
  std::string remedy;  // naming settings in backquotes
};

// The losses that metrics.jsonl gives for an epoch.
struct EpochLosses {
  int64_t epoch = 0;
  double train = 0.0, valid = 0.0;
  double gradient_norm = 0.0, max_gradient_norm = 0.0;  // before clipping
};

// The largest dropout of a model, by its name among the settings.
struct LargestDropout {
  std::string setting = {};
  double share = 0.0;
};

struct TrainingRecord {
  Task task = Task::text;
  bool diverged = false;  // ended by a loss or gradient that is not finite
  std::vector<DiagnosisRecord> probes = {};
  std::vector<EpochLosses> epochs = {};
  // The validation loss of one answer for all samples; NaN where that is not known.
  double chance_loss = std::numeric_limits<double>::quiet_NaN();
  int64_t train_samples = 0, valid_samples = 0;  // 0: unknown
  int64_t layers = 0;                            // recurrent ones, or a Transformer's
  LargestDropout dropout = {};
};

// Reads a run's meta.json, diagnosis.jsonl and metrics.jsonl. `run` stands in messages. Throws
// Error for what mnemo has not written.
TrainingRecord training_record(const nlohmann::json& meta, const std::string& diagnosis,
                               const std::string& metrics, const std::filesystem::path& run);

// Judges by the last third of the probes, but for what may pass by: see thresholds.h. The cause
// comes first, and what may follow from it behind. Empty when nothing was found.
std::vector<Finding> judge(const TrainingRecord& training);

// How far the gradient reaches back: the largest distance at which kFadedShare of its largest norm
// is left; 0 without any.
int64_t reach(const std::vector<int64_t>& distances, const std::vector<double>& gradient);

// The size of a step's update to that of the weights, the median over the layers that were updated;
// 0 without any.
double usual_update(const DiagnosisRecord& probe);

std::string finding_name(FindingKind kind);
// Returns a run's meta.json with each remedy as `shown` gives it.
nlohmann::json with_remedies_as(const MessageForm& shown, nlohmann::json meta);
nlohmann::json to_json(const std::vector<Finding>& findings);
// A line for each finding and one for its remedy, or one that says that there is none; the last one
// without its end.
std::string to_text(const std::vector<Finding>& findings,
                    const std::vector<DiagnosisRecord>& probes);

}  // namespace mnemo
