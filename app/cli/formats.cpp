// mnemo formats: what files can be read, from the registries of readers.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/option_table.h"
#include "app/settings/task.h"
#include "datasets/series/series_format.h"
#include "datasets/text_format.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

struct FormatWords {
  std::string name;
  std::vector<std::string> endings;
  std::string description;
  std::string example;
};

template <typename Rows>
std::vector<FormatWords> words_of_rows(const Rows& rows) {
  std::vector<FormatWords> words;
  for (const auto& row : rows) {
    const auto& format = row.definition();
    auto endings = format.endings;
    endings.insert(endings.end(), format.shared_endings.begin(), format.shared_endings.end());
    words.push_back({std::string(row.name), endings, format.description, format.example});
  }
  return words;
}

// Rows of forecasters have one reader.
std::vector<FormatWords> words_of_tables() {
  return {{"csv",
           {".csv", ".tsv"},
           "a table: a row a time, a column of times if there is one, and columns of numbers",
           "date,load,price\n2026-01-01 00:00,512.5,31.2\n2026-01-01 01:00,498.1,30.8"}};
}

struct TaskFormats {
  Task task;
  const char* title;
  std::vector<FormatWords> formats;
};

std::vector<TaskFormats> all_formats() {
  return {
      {Task::text,
       "Texts, of train text, pretrain text, evaluate, predict and explain (--input-format)",
       words_of_rows(kTextFormats)},
      {Task::series, "Numeric series, of train series and its models (--series-format)",
       words_of_rows(kSeriesFormats)},
      {Task::forecast, "Tables over time, of train forecast and its models", words_of_tables()}};
}

std::string to_text(const FormatWords& format) {
  std::string text =
      fmt::format("  {:<10}{}{}\n", format.name,
                  format.endings.empty() ? "" : fmt::format("{}: ", fmt::join(format.endings, " ")),
                  format.description);
  std::istringstream lines(format.example);
  for (std::string line; std::getline(lines, line);) text += fmt::format("      {}\n", line);
  return text;
}

constexpr const char* kFormatsEnd =
    "The name of a file tells its format, and where several share an ending how it begins; the "
    "options in\nbrackets name it. Files may be gzip or zstd. A run reads further files as its "
    "training "
    "file was read.\n";

}  // namespace

int formats_command(const std::vector<std::string>& arguments) {
  std::string task;
  OptionTable table("mnemo formats [text|series|forecast]",
                    "Lists the formats of files that can be read, with an example of each.");
  table.positional("task", task);
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  std::string text;
  for (const auto& [owner, title, formats] : all_formats()) {
    if (!task.empty() && task_named("formats", task) != owner) continue;
    text += fmt::format("{}\n\n", title);
    for (const auto& format : formats) text += to_text(format) + "\n";
  }
  print_result(text + kFormatsEnd);
  return 0;
}

}  // namespace mnemo
