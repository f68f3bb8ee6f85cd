// mnemo formats: what files can be read, from the registries of readers.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/flags.h"
#include "app/cli/option_table.h"
#include "app/settings/task.h"
#include "app/tasks/forecast/forecast_holidays.h"
#include "datasets/public_holidays.h"
#include "datasets/series/series_format.h"
#include "datasets/text_format.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kHolidays = "holidays";

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

// Each country with its parts, as "AU Australia (ACT NSW)".
std::string list_of_places() {
  const auto source = holiday_source();
  std::string text = fmt::format(
      "Public holidays, of train forecast (--holidays), from {} to {} by the Python package {}: "
      "the "
      "codes of\ncountries, and in brackets of their parts, as AU-ACT. `mnemo formats holidays AU` "
      "lists those of Australia.\n",
      source.first_year, source.last_year, source.package);
  std::string parts;
  const auto end_country = [&] {
    if (!parts.empty()) text += fmt::format(" ({})", parts);
    parts.clear();
    text += "\n";
  };
  for (const auto& [code, country] : holiday_places()) {
    const size_t dash = code.find('-');
    if (dash == std::string::npos) {
      end_country();
      text += fmt::format("  {} {}", code, country);
    } else {
      parts += (parts.empty() ? "" : " ") + code.substr(dash + 1);
    }
  }
  end_country();
  return text;
}

// A day a line, "2026-01-01  New Year's Day".
std::string list_of_holidays(const std::string& place) {
  require_places(std::span(&place, 1));
  const auto holidays = public_holidays(place).value();
  std::string text;
  for (size_t i = 0; i < holidays.days.size(); ++i) {
    text += fmt::format("{}  {}\n",
                        format_time(holidays.days[i] * kDay, {.pattern = "%Y-%m-%d", .suffix = ""}),
                        holidays.names[static_cast<size_t>(holidays.which[i])]);
  }
  return text;
}

constexpr const char* kFormatsEnd =
    "The name of a file tells its format, and where several share an ending how it begins; the "
    "options in\nbrackets name it. Files may be gzip or zstd. A run reads further files as its "
    "training "
    "file was read. `mnemo formats holidays` lists the places of `holidays`.\n";

}  // namespace

int formats_command(const std::vector<std::string>& arguments) {
  std::string task, place;
  OptionTable table("mnemo formats [text|series|forecast|holidays [PLACE]]",
                    "Lists the formats of files that can be read, with an example of each; or the "
                    "places whose public holidays are known, or those of one.");
  table.positional("task", task);
  table.positional("place", place);
  if (!table.parse(arguments)) {
    print_result(table.help());
    return 0;
  }
  if (task == kHolidays) {
    print_result(place.empty() ? list_of_places() : list_of_holidays(place));
    return 0;
  }
  if (!place.empty()) {
    throw UsageError(
        fmt::format("formats: {} is one name too many; a place is of {} alone", place, kHolidays));
  }
  std::string text;
  for (const auto& [owner, title, formats] : all_formats()) {
    if (!task.empty() && task_named("formats", task) != owner) continue;
    text += fmt::format("{}\n\n", title);
    for (const auto& format : formats) text += to_text(format) + "\n";
  }
  print_result(with_flags(text + kFormatsEnd));
  return 0;
}

}  // namespace mnemo
