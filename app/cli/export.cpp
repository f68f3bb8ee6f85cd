// mnemo export: a run as one self-contained TorchScript file.
#include <fmt/format.h>

#include <filesystem>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/option_table.h"
#include "app/cli/task_commands.h"
#include "app/runs/stored_model.h"
#include "common/files.h"

namespace mnemo {
namespace {

struct ExportOptions {
  std::string run;
  std::string out;
  bool overwrite = false;
};

OptionTable make_table(ExportOptions& options) {
  OptionTable table(
      "mnemo export RUN --out MODEL.pt [--overwrite]",
      "Writes one TorchScript file that any PyTorch loads without mnemo; tokenizer or "
      "scaling, labels and settings are inside.");
  table.positional("run", options.run);
  table.group("Output");
  table.text("out", options.out, "file to write");
  table.flag("overwrite", options.overwrite, "replace the file if it exists");
  return table;
}

void require_writable_target(const ExportOptions& options) {
  namespace fs = std::filesystem;
  if (options.run.empty()) throw UsageError("name a run folder");
  if (options.out.empty()) throw UsageError("--out is missing: name the file to write");
  const auto ending = fs::path(options.out).extension();
  if (ending == ".onnx" || ending == ".pt2") {
    throw UsageError(
        fmt::format("--out {}: mnemo export writes TorchScript, as a .pt file; "
                    "scripts/reference/export_{}.py makes this format of a run",
                    options.out, ending.string().substr(1)));
  }
  if (!fs::exists(options.run)) throw Error(fmt::format("{}: no such run folder", options.run));
  if (!fs::is_directory(options.run)) {
    throw Error(fmt::format("{}: not a run folder; export takes a run, not an exported model",
                            options.run));
  }
  const fs::path out = options.out;
  if (fs::is_directory(out)) throw Error(fmt::format("--out {}: this is a folder", options.out));
  if (fs::exists(out) && !fs::is_regular_file(out)) {
    throw Error(fmt::format("--out {}: this is no ordinary file; name another", options.out));
  }
  if (fs::exists(out) && !options.overwrite) {
    throw Error(
        fmt::format("--out {}: the file exists; add --overwrite to replace it", options.out));
  }
  require_writable(out.has_parent_path() ? out.parent_path() : fs::path("."));
}

}  // namespace

int export_command(const std::vector<std::string>& arguments) {
  ExportOptions options;
  auto table = make_table(options);
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  require_writable_target(options);
  const auto stored = open_model(options.run);
  const std::string bytes = commands_of(stored.task).export_run(stored);
  write_file_atomically(options.out, bytes);
  Console(/*quiet=*/false)
      .note(fmt::format("{}: {:.1f} MB, checked against the run it was made of", options.out,
                        static_cast<double>(bytes.size()) / 1e6));
  return 0;
}

}  // namespace mnemo
