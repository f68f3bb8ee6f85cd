// How a search finds out whether trials are faster side by side or one after another.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <thread>
#include <utility>

#include "app/search/tuner.h"
#include "common/files.h"

namespace mnemo {
namespace {

// The share of the budget that may go into measuring whether trials run side by side.
constexpr double kProbeShare = 0.2;

}  // namespace

Tuner::Probe Tuner::time_probes(int64_t count, int64_t threads, double reserve) {
  const double begin = elapsed();
  std::vector<ChildProcess> probes;
  std::vector<std::filesystem::path> logs;
  const auto config = book_.config_of(0);
  write_file_atomically(config, plan_.configure({}));
  for (int64_t i = 0; i < count; ++i) {
    const auto out = fmt::format("{}-{}-{}", book_.run_of(0).string(), threads, i);
    logs.emplace_back(out + ".log");
    probes.emplace_back(
        std::vector<std::string>{own_program().string(), "train", enum_name(plan_.task), "--config",
                                 config.string(), "--out", out, "--find-learning-rate",
                                 fmt::format("--threads={}", threads)},
        logs.back());
  }
  Probe probe;
  const auto failed = [&](const std::string& why) {
    return Probe{.waited = elapsed() - begin, .failure = why};
  };
  for (size_t i = 0; i < probes.size(); ++i) {
    while (probes[i].is_running() && !should_stop_() && !is_out_of_time(reserve)) {
      std::this_thread::sleep_for(kPollPause);
    }
    if (probes[i].is_running()) return failed("a fifth of the budget is not enough");
    const int exit_code = probes[i].wait();
    const double took = probes[i].result().rate_search_seconds;
    if (exit_code != 0 || took == 0.0) return failed(last_line(logs[i]));
    probe.seconds = std::max(probe.seconds, took);
  }
  probe.waited = elapsed() - begin;
  return probe;
}

// The same hundred steps, by as many trainings as there are threads and by one on all of them.
void Tuner::decide_jobs() {
  int64_t jobs = plan_.jobs > 0 ? plan_.jobs : 1;
  if (plan_.jobs == 0 && plan_.threads > 1) {
    reporter_.progress("measuring whether trials are faster side by side ...");
    const double reserve = std::max(0.0, plan_.budget_seconds * (1.0 - kProbeShare) - elapsed());
    const Probe beside = time_probes(plan_.threads, 1, reserve);
    const Probe alone = beside.has_failed() ? Probe{} : time_probes(1, plan_.threads, reserve);
    if (should_stop_()) return;
    const bool is_measured = !beside.has_failed() && !alone.has_failed();
    // One that has not come to its end while several have is the slower way, however slow.
    const bool is_faster = is_measured
                               ? beside.seconds < alone.seconds * static_cast<double>(plan_.threads)
                               : !beside.has_failed() && alone.waited > beside.waited;
    if (is_faster) jobs = plan_.threads;
    const char* way = is_faster ? "side by side, one a thread" : "one after another";
    reporter_.note(
        is_measured
            ? fmt::format("100 steps take {:.1f} s on {} threads, and {:.1f} s in each of {} "
                          "trainings side by side: trials run {}",
                          alone.seconds, plan_.threads, beside.seconds, plan_.threads, way)
            : fmt::format("that could not be measured ({}): trials run {}; `jobs` says otherwise",
                          beside.has_failed() ? beside.failure : alone.failure, way));
  }
  book_.decide_jobs(jobs, elapsed());
}

}  // namespace mnemo
