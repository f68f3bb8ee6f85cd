#include "app/cli/tune_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "app/cli/task_commands.h"
#include "app/search/fixed_settings.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Rows that a window may have: a third of the training part, by the lines of the file.
int64_t longest_lookback(const std::string& train_file) {
  constexpr double kTrainingShare = 0.7, kWindows = 3.0;
  std::ifstream file(train_file);
  const auto lines = std::count(std::istreambuf_iterator<char>(file), {}, '\n');
  return static_cast<int64_t>(static_cast<double>(lines) * kTrainingShare / kWindows);
}

// The part of the default space that the trainer takes here.
SearchSpace usable_part(const SearchSpace& space, const std::set<std::string>& fixed,
                        const Settings& base, const Configure& configure) {
  std::vector<Knob> knobs;
  for (const auto& knob : space.knobs()) {
    if (fixed.contains(knob.name())) continue;
    std::vector<std::string> values;
    for (const auto& value : knob.extremes()) {
      try {
        configure({{knob.name(), value}});
        values.push_back(value);
      } catch (const UsageError&) {  // such as --label-smoothing for numbers
      }
    }
    if (knob.name() == "lookback") {
      std::erase_if(values, [longest = longest_lookback(base.at("train"))](const std::string& v) {
        return std::stoll(v) > longest;
      });
    }
    if (values.size() == knob.extremes().size()) {
      knobs.push_back(knob);
    } else if (knob.is_choice() && values.size() > 1) {
      knobs.push_back(Knob::choice(knob.name(), values));
    }
  }
  if (knobs.empty()) {
    throw UsageError(
        "nothing is left to choose: the command line sets every option that the search would; "
        "leave some out, or name them in a --space FILE");
  }
  return SearchSpace(std::move(knobs));
}

// Throws UsageError, before an hour is spent, for a knob of a file that the trainer does not take,
// and for one by which losses would be those of other rows.
void require_known_knobs(const SearchSpace& space, const std::string& file,
                         const MarksByOption& marks, const Configure& configure) {
  for (const auto& knob : space.knobs()) {
    require_free(marks, knob.name(), file + ": ");
    if (marks_at(marks, knob.name()).is_same_in_tune) {
      throw UsageError(fmt::format(
          "{}: --{} cannot be chosen: validation losses could not be compared; give it to all "
          "trials, on the command line",
          file, knob.name()));
    }
    for (const auto& value : knob.extremes()) {
      try {
        configure({{knob.name(), value}});
      } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}: {}", file, error.what()));
      }
    }
  }
}

}  // namespace

SearchSpace tune_space(Task task, const std::string& file, bool by_size,
                       const std::set<std::string>& fixed, const Settings& base,
                       const Configure& configure) {
  if (file.empty()) return usable_part(default_space(task, by_size), fixed, base, configure);
  auto space = parse_space(read_file(file), file);
  require_known_knobs(space, file, commands_of(task).training.marks(), configure);
  return space;
}

}  // namespace mnemo
