// mnemo generate DATA: made-up data to try models on.
#include <fmt/format.h>

#include <filesystem>

#include "app/cli/commands.h"
#include "app/cli/option_table.h"
#include "datasets/adding_problem.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kGenerateUsage = R"(usage: mnemo generate DATA --out FILE [options]

  adding-problem   series whose answer is the sum of two numbers that stand far apart

mnemo generate DATA --help shows the options of each.
)";

constexpr const char* kAddingProblem = "adding-problem";

struct GenerateOptions {
  AddingProblemOptions data;
  std::string out;
  bool overwrite = false;
};

OptionTable make_table(GenerateOptions& options) {
  OptionTable table(
      "mnemo generate adding-problem --out FILE.ts [options]",
      "Makes series for `mnemo train series --target-kind number`. A step has a number from 0 up "
      "to "
      "1 and a marker, which is 1 at one step of each half; to find is the sum of the two marked "
      "numbers. Always to answer 1 has a mean squared error of 0.1667.");
  table.group("Data");
  table.number("length", options.data.length, {2, 100'000}, "steps of each series");
  table.number("rows", options.data.rows, {1, 100'000'000}, "series");
  table.number("seed", options.data.seed, Range<uint64_t>{}, "of everything random");
  table.text("out", options.out, "file to write, named .ts");
  table.flag("overwrite", options.overwrite, "replace a file that stands there");
  return table;
}

void require_usable(const GenerateOptions& options) {
  const std::filesystem::path path(options.out);
  if (options.out.empty()) throw UsageError("--out is missing: name the file to write");
  if (path.extension() != ".ts") {
    throw UsageError(
        fmt::format("--out {}: the data are written as a .ts file; name it so", options.out));
  }
  if (!options.overwrite && std::filesystem::exists(path)) {
    throw Error(fmt::format(
        "--out {}: the file is there already; name another, or add --overwrite to replace it",
        options.out));
  }
}

}  // namespace

int generate_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(kGenerateUsage);
    return arguments.empty() ? 2 : 0;
  }
  if (arguments.front() != kAddingProblem) {
    throw UsageError(fmt::format("mnemo generate {}: there are no such data; there is: {}",
                                 arguments.front(), kAddingProblem));
  }
  GenerateOptions options;
  auto table = make_table(options);
  if (!table.parse({arguments.begin() + 1, arguments.end()})) {
    print_result(table.help());
    return 0;
  }
  require_usable(options);
  write_adding_problem(options.data, options.out);
  return 0;
}

}  // namespace mnemo
