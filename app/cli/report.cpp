// mnemo report: the page of a run, or of several compared.
#include "app/cli/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/flags.h"
#include "app/cli/option_table.h"
#include "app/cli/task_commands.h"
#include "app/report/report_data.h"
#include "app/report/report_page.h"
#include "app/runs/run_folder.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

Task task_of(const fs::path& run) {
  const auto meta = run / kMetaFile;
  if (fs::is_regular_file(run)) {
    throw Error(fmt::format("{}: a file has no report; name the run folder that it was made of",
                            run.string()));
  }
  if (!fs::exists(run)) throw Error(fmt::format("{}: there is no such folder", run.string()));
  if (!fs::exists(meta)) {
    throw Error(fmt::format("{}: not a run folder: it has no {}", run.string(), kMetaFile));
  }
  const auto name = parse_meta(read_file(meta), meta.string()).at("task").get<std::string>();
  if (const auto task = enum_from_name<Task>(name)) return *task;
  throw Error(fmt::format("a run of the task {}, which there is not", name));
}

// The page of one run, or of several compared.
std::string make_report(const std::vector<fs::path>& runs) {
  std::vector<nlohmann::json> data;
  for (const auto& run : runs) {
    const auto task = task_of(run);
    if (task != task_of(runs.front())) {
      throw UsageError(fmt::format("{} is of the task {}, {} of {}; compare runs of one task",
                                   run.string(), enum_name(task), runs.front().string(),
                                   enum_name(task_of(runs.front()))));
    }
    data.push_back(
        report_data(run, task, commands_of(task).training.default_settings(), with_flags));
  }
  return report_page(data);
}

}  // namespace

void write_report(const fs::path& run) {
  write_file_atomically(run / kReportFile, make_report({run}));
}

int report_command(const std::vector<std::string>& arguments) {
  std::vector<std::string> runs;
  std::string out;
  OptionTable table(
      "mnemo report RUN [RUN...] [--out FILE]",
      "Makes the report of a run again, one page that needs nothing else, or compares "
      "several runs on one page.");
  table.positionals("runs", runs);
  table.group("Output");
  table.text("out", out, "file for the page; by default report.html in the folder of a single run");
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (runs.empty()) throw UsageError("name a run folder");
  if (runs.size() > 1 && out.empty()) {
    throw UsageError("--out is missing: name the file for the page that compares the runs");
  }
  const fs::path file = out.empty() ? fs::path(runs.front()) / kReportFile : fs::path(out);
  write_file_atomically(file, make_report({runs.begin(), runs.end()}));
  print_result(fmt::format("{}\n", file.string()));
  return 0;
}

}  // namespace mnemo
