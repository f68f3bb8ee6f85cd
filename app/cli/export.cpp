// mnemo export: a run as one self-contained TorchScript file.
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/option_table.h"
#include "app/library/model_export.h"
#include "app/runs/stored_model.h"
#include "app/support/wording.h"
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
  if (options.run.empty()) throw UsageError("name a run folder");
  if (options.out.empty()) throw UsageError("--out is missing: name the file to write");
  require_export_target({.run = options.run,
                         .out = options.out,
                         .overwrite = options.overwrite,
                         .option = "--out ",
                         .remedy = "add --overwrite to replace it"});
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
  const std::string bytes = exported_bytes(stored);
  write_file_atomically(options.out, bytes);
  Console(/*quiet=*/false)
      .note(fmt::format("{}: {}, checked against the run it was made of", options.out,
                        format_bytes(std::ssize(bytes))));
  return 0;
}

}  // namespace mnemo
