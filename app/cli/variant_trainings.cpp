#include "app/cli/variant_trainings.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "app/cli/interrupt.h"
#include "app/cli/task_settings.h"
#include "app/runs/run_folder.h"
#include "app/search/child_process.h"
#include "app/search/training_folder.h"
#include "app/support/wording.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRunsFolder = "runs";

// Runs a command of mnemo to its end; false when Ctrl-C ended it. Throws Error when it fails.
bool run_child(std::vector<std::string> arguments, const fs::path& log) {
  arguments.insert(arguments.begin(), own_program().string());
  ChildProcess process(arguments, log);
  while (process.is_running()) {
    if (InterruptGuard::requested()) process.interrupt();
    std::this_thread::sleep_for(kPollPause);
  }
  const int code = process.wait();
  if (InterruptGuard::requested()) return false;
  if (code != 0) {
    throw Error(fmt::format("mnemo {} {} failed: {}; its log is {}", arguments[1], arguments[2],
                            last_line(log), log.string()));
  }
  return true;
}

}  // namespace

VariantTrainings::VariantTrainings(VariantTrainingOptions options, std::vector<Variant> variants,
                                   Console& console)
    : options_(std::move(options)), variants_(std::move(variants)), console_(console) {
  for (int64_t seed = 1; seed <= options_.seeds; ++seed) {
    for (size_t variant = 0; variant < variants_.size(); ++variant) {
      trainings_.push_back({.variant = variant,
                            .seed = static_cast<uint64_t>(seed),
                            .run = options_.out / kRunsFolder /
                                   fmt::format("{}-{}", variants_[variant].name, seed)});
    }
  }
}

void VariantTrainings::resolve(const std::vector<std::string>& arguments, const Settings& split,
                               bool is_own) {
  std::vector<Training> taken;
  for (auto& training : trainings_) {
    Settings changes = variants_[training.variant].changes;
    changes["seed"] = std::to_string(training.seed);
    for (const auto& [name, value] : split) changes.emplace(name, value);
    try {
      training.settings = changed_settings(options_.task, arguments, changes);
      taken.push_back(training);
    } catch (const UsageError& error) {
      if (!is_own) {
        if (training.seed == 1) {
          console_.note(
              fmt::format("{} is left out: {}", variants_[training.variant].name, error.what()));
        }
        continue;
      }
      throw UsageError(
          fmt::format("variant {}: {}", variants_[training.variant].name, error.what()));
    }
  }
  trainings_ = std::move(taken);
}

bool VariantTrainings::train_all() {
  fs::create_directories(options_.out / kRunsFolder);
  for (const auto& training : trainings_)
    write_file_atomically(training.config(), training.settings);
  for (size_t i = 0; i < trainings_.size(); ++i) {
    try {
      if (InterruptGuard::requested() || !train(i)) return false;
    } catch (const Error& error) {  // the others have not failed
      trainings_[i].has_failed = true;
      console_.warn(error.what());
      continue;
    }
    if (!measure(trainings_[i])) return false;
    say_outcome(i);
  }
  if (std::ranges::all_of(trainings_, &Training::has_failed)) throw Error("no training succeeded");
  return true;
}

std::vector<VariantOutcomes> VariantTrainings::outcomes(ComparedFigure& figure) const {
  std::vector<VariantOutcomes> all;
  for (const auto& variant : variants_) {
    all.push_back({.name = variant.name, .changes = words_of(variant.changes), .outcomes = {}});
  }
  for (const auto& training : trainings_) {
    if (!training.has_failed)
      all[training.variant].outcomes.push_back(outcome_of(training, figure));
  }
  std::erase_if(all, [](const VariantOutcomes& variant) { return variant.outcomes.empty(); });
  return all;
}

bool VariantTrainings::train(size_t number) {
  const Training& training = trainings_[number];
  console_.progress(fmt::format("{} of {}: {} with seed {} ...", number + 1, trainings_.size(),
                                variants_[training.variant].name, training.seed));
  if (!read_training(training.run).is_complete &&
      !run_child({"train", enum_name(options_.task), "--config", training.config().string(),
                  "--out", training.run.string(), "--resume", "--quiet"},
                 training.log())) {
    return false;
  }
  return true;
}

// A fault of the test file is one for all trainings.
bool VariantTrainings::measure(const Training& training) const {
  if (options_.test_file.empty() || fs::exists(training.evaluation())) return true;
  const fs::path temporary = training.evaluation().string() + ".part";
  fs::remove(temporary);
  try {
    if (!run_child(
            {"evaluate", training.run.string(), "--data", options_.test_file, "--json", "--quiet"},
            temporary)) {
      return false;
    }
  } catch (const Error& error) {
    throw Error(
        fmt::format("{}. What is trained is kept: mend the file, or name another with "
                    "--test, and go on with --resume",
                    error.what()));
  }
  fs::rename(temporary, training.evaluation());
  return true;
}

void VariantTrainings::forget_other_tests() const {
  const fs::path note = options_.out / "test-file.txt";
  const bool is_same = fs::exists(note) && read_file(note) == options_.test_file;
  if (!is_same) {
    for (const auto& training : trainings_) fs::remove(training.evaluation());
  }
  write_file_atomically(note, options_.test_file);
}

void VariantTrainings::say_outcome(size_t number) const {
  const Training& training = trainings_[number];
  ComparedFigure figure;
  const auto outcome = outcome_of(training, figure);
  console_.note(fmt::format("{} of {}: {} with seed {}: {} {} {:.4f}, {}", number + 1,
                            trainings_.size(), variants_[training.variant].name, training.seed,
                            figure.part, figure.name, outcome.value,
                            format_duration(outcome.seconds)));
}

Outcome VariantTrainings::outcome_of(const Training& training, ComparedFigure& figure) const {
  const auto figures = read_training(training.run);
  if (!figures.kept) throw Error(fmt::format("{}: the run is not complete", training.run.string()));
  const auto& best = *figures.kept;
  Outcome outcome{.seed = training.seed,
                  .value = best.metric,
                  .loss = best.loss,
                  .seconds = figures.seconds(),
                  .milliseconds = figures.milliseconds,
                  .parameters = figures.parameters};
  const bool is_share = figures.metric == "accuracy";
  figure = {.name = figures.metric, .part = "validation", .higher_is_better = is_share, .rows = 0};
  const auto meta =
      parse_meta(read_file(training.run / kMetaFile), (training.run / kMetaFile).string());
  const auto& data = meta.at("data");
  if (is_share) figure.rows = data.value("valid_rows", data.value("valid_series", int64_t{0}));
  if (options_.test_file.empty()) return outcome;
  const auto test = nlohmann::json::parse(read_file(training.evaluation()));
  figure.part = "test";
  if (!is_share) figure.name = test.contains("scaled_mse") ? "scaled_mse" : "mse";
  if (is_share) figure.rows = test.value("n", int64_t{0});
  outcome.value = test.at(figure.name).get<double>();
  return outcome;
}

}  // namespace mnemo
