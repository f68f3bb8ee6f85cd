// mnemo diagnose: what --diagnose recorded of a training, and what it means.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/flags.h"
#include "app/cli/option_table.h"
#include "app/diagnosis/report.h"
#include "app/diagnosis/verdict.h"
#include "app/runs/run_folder.h"
#include "app/settings/task.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

TrainingRecord read_training_record(const std::filesystem::path& run) {
  const auto meta = run / kMetaFile, diagnosis = run / kDiagnosisFile, metrics = run / kMetricsFile;
  if (!std::filesystem::exists(meta)) {
    throw Error(fmt::format("{}: not a run folder: it has no {}", run.string(), kMetaFile));
  }
  const auto about = parse_meta(read_file(meta), meta.string());
  if (about.at("task") == enum_name(Task::language)) {
    throw Error(
        fmt::format("{}: a pretrained language model, whose training records no diagnosis; "
                    "that of a classifier or forecaster does, with --diagnose",
                    run.string()));
  }
  if (!std::filesystem::exists(diagnosis)) {
    throw Error(fmt::format("{}: the run has no {}; train it with --diagnose", run.string(),
                            kDiagnosisFile));
  }
  // A training that diverged early has no epoch.
  return training_record(about, read_file(diagnosis),
                         std::filesystem::exists(metrics) ? read_file(metrics) : "", run);
}

nlohmann::json to_json(const TrainingRecord& training, const std::vector<Finding>& findings) {
  auto probes = nlohmann::json::array();
  for (const auto& probe : training.probes) probes.push_back(to_json(probe));
  return {{"findings", to_json(findings)}, {"probes", probes}};
}

}  // namespace

int diagnose_command(const std::vector<std::string>& arguments) {
  std::string path;
  bool json = false;
  OptionTable table("mnemo diagnose RUN [--json]",
                    "Shows what a training with --diagnose recorded, and what it means.");
  table.positional("run", path);
  table.group("Output");
  table.flag("json", json, "one JSON object: all probes and findings");
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (path.empty()) throw UsageError("name a run folder");
  const auto training = read_training_record(path);
  auto findings = judge(training);
  for (auto& finding : findings) finding.remedy = with_flags(finding.remedy);
  print_result(json ? to_json(training, findings).dump(2) + "\n"
                    : to_text(training.probes) + "\n" +
                          with_flags(to_text(findings, training.probes)) + "\n");
  return 0;
}

}  // namespace mnemo
