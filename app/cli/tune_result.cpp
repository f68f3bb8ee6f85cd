#include "app/cli/tune_result.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/cli/report.h"
#include "app/search/child_process.h"
#include "app/search/tune_summary.h"
#include "app/training/run_folder.h"
#include "common/files.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// Makes DIR the best trial's run: meta.json last, so that no half of it is ever taken for a run.
void publish(const fs::path& run, const fs::path& out) {
  fs::remove(out / kMetaFile);
  for (const char* name : {kConfigFile, kTokenizerFile, kMetricsFile, kEvaluationFile, kWeightsFile,
                           kReportFile, kMetaFile}) {
    if (fs::exists(run / name)) {
      write_file_atomically(out / name, read_file(run / name));
    } else {
      fs::remove(out / name);
    }
  }
}

// The best trial's answers to the rows held out, and its page.
void report_best(const TrialBook& book, Task task, int64_t number, Console& console) {
  const auto run = book.run_of(number);
  if (book.trial(number).figures.is_complete) {
    ChildProcess answers(
        {own_program().string(), "train", enum_name(task), "--config",
         book.config_of(number).string(), "--out", run.string(), "--resume", "--quiet"},
        book.log_of(number));
    if (answers.wait() == 0) return;
    console.warn(fmt::format("the best run has no answers for its report: {}",
                             last_line(book.log_of(number))));
  }
  write_report(run);
}

}  // namespace

void publish_best(const TrialBook& book, Task task, const fs::path& out, Console& console) {
  const int64_t best = book.best()->number;
  publish(book.run_of(best), out);  // before what takes time
  report_best(book, task, best, console);
  publish(book.run_of(best), out);
}

void clear_trials(const TrialBook& book, TuneGoal goal) {
  const auto front = frontier(book, goal);
  for (const auto& trial : book.trials()) {
    const auto run = book.run_of(trial.number);
    const bool may_go_on = !trial.figures.is_complete;  // with a larger budget
    if (!may_go_on && std::ranges::find(front, &trial) == front.end()) {
      fs::remove(run / kWeightsFile);
    }
  }
}

}  // namespace mnemo
