#include "app/search/variants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>
#include <utility>

#include "app/search/fixed_settings.h"
#include "app/settings/enum_tables.h"
#include "common/white_space.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

std::string value_in(const Settings& settings, const char* name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "" : found->second;
}

// The trick the other way round than `base` has it.
Variant turned(const Settings& base, const char* option, const char* off, const char* on,
               const std::string& words) {
  const bool is_off = value_in(base, option) == off;
  return {.name = fmt::format("{}-{}", is_off ? "with" : "without", words),
          .changes = {{option, is_off ? on : off}}};
}

bool is_name(std::string_view name) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !name.empty() && name.front() != '.' &&
         name.find_first_not_of(kLetters) == std::string_view::npos;
}

Variant attention_turned(const Settings& base) {
  const std::string pooling = value_in(base, "pooling");
  if (pooling.find("attention") == std::string::npos) {
    return {.name = "with-attention",
            .changes = {{"pooling", fmt::format("attention,{}", pooling)}}};
  }
  return {.name = "without-attention",
          .changes = {{"pooling", pooling == "attention" ? "last" : "max"}}};
}

Variant batch_norm_turned(const Settings& base) {
  if (value_in(base, "norm") == "batch") {
    return {.name = "without-batch-norm", .changes = {{"norm", "none"}}};
  }
  return {.name = "with-batch-norm", .changes = {{"norm", "batch"}}};
}

// `inner`: the dropouts that fall with the one before the dense layer.
Variant dropout_turned(const Settings& base, const std::vector<std::string>& inner = {}) {
  if (value_in(base, "dropout") == "0") {
    return {.name = "with-dropout", .changes = {{"dropout", "0.5"}}};
  }
  Settings changes = {{"dropout", "0"}};
  for (const auto& name : inner) changes[name] = "0";
  return {.name = "without-dropout", .changes = changes};
}

Variant decay_turned(const Settings& base) {
  return turned(base, "schedule", "constant", "linear", "learning-rate-decay");
}

Variant averaging_turned(const Settings& base) {
  return turned(base, "average-decay", "0", "0.99", "weight-averaging");
}

std::vector<Variant> text_tricks(const Settings& base) {
  return {batch_norm_turned(base),
          attention_turned(base),
          turned(base, "language-weight", "0", "0.1", "auxiliary-task"),
          dropout_turned(base, {"embedding-dropout", "word-dropout"}),
          decay_turned(base),
          turned(base, "adversarial-norm", "0", "0.02", "adversarial-training"),
          turned(base, "ngrams", "0", "2", "ngrams"),
          averaging_turned(base)};
}

std::vector<Variant> series_tricks(const Settings& base) {
  std::vector<Variant> tricks = {batch_norm_turned(base), attention_turned(base)};
  if (!value_in(base, "aux-label-column").empty()) {
    tricks.push_back(turned(base, "aux-weight", "0", "0.3", "auxiliary-task"));
  }
  tricks.insert(tricks.end(), {dropout_turned(base), decay_turned(base), averaging_turned(base)});
  return tricks;
}

std::vector<Variant> forecast_tricks(const Settings& base) {
  std::vector<Variant> tricks = {
      turned(base, "inner-norm", "none", "layer", "inner-norm"),
      turned(base, "normalization", "none", "last", "window-normalization")};
  if (value_in(base, "cell") != "transformer") {
    tricks.push_back(turned(base, "reconstruction-weight", "0", "0.1", "auxiliary-task"));
  }
  tricks.insert(tricks.end(), {dropout_turned(base), decay_turned(base),
                               turned(base, "autoregression", "false", "true", "autoregression"),
                               averaging_turned(base)});
  return tricks;
}

// A task's tricks, each the other way round than the settings have it.
struct TaskTricks {
  Task task;
  std::vector<Variant> (*turned)(const Settings& base);
};

constexpr std::array kTricks = {TaskTricks{.task = Task::text, .turned = text_tricks},
                                TaskTricks{.task = Task::series, .turned = series_tricks},
                                TaskTricks{.task = Task::forecast, .turned = forecast_tricks}};

}  // namespace

std::vector<Variant> cell_variants() {
  std::vector<Variant> variants;
  for (const auto& cell : enum_names<Cell>()) {
    variants.push_back({.name = cell, .changes = {{"cell", cell}}});
  }
  return variants;
}

std::vector<Variant> trick_variants(Task task, const Settings& base) {
  std::vector<Variant> variants = {{.name = "as-given", .changes = {}}};
  std::ranges::move(row_of(kTricks, task).turned(base), std::back_inserter(variants));
  return variants;
}

std::vector<Variant> parse_variants(const std::string& text, const std::string& place,
                                    const MarksByOption& marks) {
  std::vector<Variant> variants;
  std::istringstream lines(text);
  int64_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::string at = fmt::format("{}:{}: ", place, ++number);
    const auto content = trimmed(std::string_view(line).substr(0, line.find('#')));
    if (content.empty()) continue;
    if (content.front() == '[') {
      const auto name = trimmed(content.substr(1, content.find(']') - 1));
      if (content.back() != ']' || !is_name(name)) {
        throw UsageError(fmt::format(
            "{}{}: expected [name], of letters, digits, \"-\", \"_\" and \".\"", at, content));
      }
      if (std::ranges::any_of(variants, [&](const Variant& v) { return v.name == name; })) {
        throw UsageError(fmt::format("{}[{}] stands there a second time", at, name));
      }
      variants.push_back({.name = std::string(name), .changes = {}});
      continue;
    }
    const size_t equals = content.find('=');
    if (variants.empty() || equals == std::string_view::npos) {
      throw UsageError(fmt::format("{}{}: expected {}", at, content,
                                   variants.empty() ? "[name] first" : "`option = value`"));
    }
    const std::string setting(trimmed(content.substr(0, equals)));
    require_free(marks, setting, at);
    variants.back().changes[setting] = std::string(trimmed(content.substr(equals + 1)));
  }
  if (variants.size() < 2) {
    throw UsageError(
        fmt::format("{}: {} variants; a comparison needs two at least, each begun by [name]", place,
                    variants.size()));
  }
  return variants;
}

}  // namespace mnemo
