#include "app/cli/tune_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/cli/report.h"
#include "app/runs/run_folder.h"
#include "app/search/child_process.h"
#include "app/search/tune_summary.h"
#include "common/files.h"
#include "datasets/message_text.h"

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

// Ends the best run where it paused, if it did, and gives it its answers to the rows held out and
// its page.
void complete_best(const TrialBook& book, Task task, Console& console) {
  const auto& best = *book.best();
  const auto run = book.run_of_best();
  std::vector<std::string> command = {own_program().string(),
                                      "train",
                                      enum_name(task),
                                      "--config",
                                      book.config_of(best.trial).string(),
                                      "--out",
                                      run.string(),
                                      "--resume",
                                      "--quiet"};
  if (!best.is_complete) command.push_back(fmt::format("--stop-after={}", best.epochs));
  console.progress("the best run: answers and report ...");
  const auto log = run.string() + ".log";
  ChildProcess training(command, log);
  const bool is_done = training.wait() == 0;
  console.end_progress();
  if (is_done) return;
  console.warn(
      best.is_complete
          ? fmt::format("the best run has no answers for its report: {}", last_line(log))
          : fmt::format("trial {} was best after {}, and what should join its layers there "
                        "does not: {}; --resume tries it again",
                        best.trial, counted(best.epochs, "epoch"), last_line(log)));
  write_report(run);
}

}  // namespace

void publish_best(TrialBook& book, Task task, const fs::path& out, Console& console) {
  if (book.best()->is_complete) publish(book.run_of_best(), out);  // before what takes time
  complete_best(book, task, console);
  book.reread_best();
  publish(book.run_of_best(), out);
}

void clear_trials(const TrialBook& book, TuneGoal goal) {
  const auto front = frontier(book, goal);
  for (const auto& trial : book.trials()) {
    const auto run = book.run_of(trial.number);
    const bool may_go_on = !trial.figures.is_complete;  // with a larger budget
    const bool is_kept =
        trial.number == book.best()->trial || std::ranges::find(front, &trial) != front.end();
    if (!may_go_on && !is_kept) fs::remove(run / kWeightsFile);
  }
}

}  // namespace mnemo
