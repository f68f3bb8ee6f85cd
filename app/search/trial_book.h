// The trials of a search and what became of them, in memory and, line by line, in a journal on
// disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/search/search_space.h"
#include "app/search/successive_halving.h"
#include "app/search/training_folder.h"
#include "app/support/enum_names.h"

namespace mnemo {

enum class TuneGoal { loss, accuracy };  // of validation

template <>
struct EnumNames<TuneGoal> {
  static constexpr std::array table = {EnumName{TuneGoal::loss, "loss"},
                                       EnumName{TuneGoal::accuracy, "accuracy"}};
};

// Lower is better.
double value_of(TuneGoal goal, const EpochFigures& figures);

struct Trial {
  int64_t number = 0;      // from 1; the first has the settings that the search began with
  Settings settings = {};  // that the knobs changed; none for the first
  Point point = {};
  int64_t threads = 1;
  // The values that it came to on each rung that it has reached, as value_of() has them: of the
  // model that it would keep, had it ended there. NaN where nobody has measured that, since it did
  // not pause.
  std::vector<double> rung_values = {};
  bool has_failed = false;
  std::string failure = {};
  bool is_over_limit = false;  // refused for its size or its time
  TrainingFigures figures = {};

  bool has_figures() const { return !has_failed && !figures.epochs.empty(); }
  // True when some rung value is known, so that it can be compared with others.
  bool is_ranked() const;
  // The figures of the model that the run keeps, or would keep, had it ended where it paused; where
  // that was not measured, those of its layers in their best epoch. Needs figures.
  const EpochFigures& model() const;
};

// The best model that a search has come to.
struct BestModel {
  int64_t trial = 0;
  int64_t epochs = 0, planned_epochs = 0;  // that it has had, and was to have
  bool is_complete = false;
  bool is_measured = false;  // see TrainingFigures::kept
  std::string metric = {};   // its name
  EpochFigures model = {};
};

class TrialBook {
 public:
  static constexpr const char* kJournalFile = "tune.jsonl";

  // Opens the journal in `folder`, or begins it. Throws Error for one that is damaged.
  TrialBook(const std::filesystem::path& folder, TuneGoal goal);

  const std::vector<Trial>& trials() const { return trials_; }
  const Trial& trial(int64_t number) const { return trials_.at(static_cast<size_t>(number - 1)); }
  std::filesystem::path run_of(int64_t number) const;
  std::filesystem::path log_of(int64_t number) const;
  std::filesystem::path config_of(int64_t number) const;
  // The folder of best(): the trial's run, or a copy of it as it was when it paused, since going on
  // may make it worse.
  std::filesystem::path run_of_best() const;
  // Its figures as that run has them now, after it was ended where it was.
  void reread_best();

  int64_t jobs() const { return jobs_; }       // trials side by side; 0: not decided
  double seconds() const { return seconds_; }  // that the search has taken, in all its sittings

  Trial& begin(const Settings& settings, const Point& point, int64_t threads);
  // Looks into the trial's run folder after its process has ended, at `seconds` of the search, and
  // tells `halving` of the rungs that it has reached.
  void update(int64_t number, double seconds, SuccessiveHalving& halving);
  void fail(int64_t number, const std::string& message, double seconds, bool is_over_limit = false);
  void decide_jobs(int64_t jobs, double seconds);
  void note_seconds(double seconds);

  // Trials that have reached a rung, those that promise the best figure in the end first, the
  // failed ones last; and their points. Of trials that came to the same weights the first stands
  // for all.
  std::vector<const Trial*> ranked() const;
  std::vector<Point> ranked_points() const;
  // Nothing where none has been validated.
  const std::optional<BestModel>& best() const { return best_; }

 private:
  void replay(const std::string& text);
  bool is_repetition(const Trial& trial) const;  // of an earlier one
  void read_figures(Trial& trial);
  bool note_best(const Trial& trial);  // whether it is the best now
  bool is_better(const BestModel& a, const BestModel& b) const;
  std::filesystem::path paused_copy(const BestModel& model) const;
  void remove_other_copies() const;
  void write(const nlohmann::json& line);

  std::filesystem::path folder_;
  TuneGoal goal_;
  std::vector<Trial> trials_;
  std::optional<BestModel> best_;
  int64_t jobs_ = 0;
  double seconds_ = 0.0;
};

}  // namespace mnemo
