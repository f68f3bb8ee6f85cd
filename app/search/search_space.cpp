#include "app/search/search_space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include "common/white_space.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

std::optional<double> number_in(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

bool are_ordered(const std::vector<std::string>& values) {
  std::optional<double> before;
  for (const auto& value : values) {
    const auto number = number_in(value);
    if (!number || (before && *number <= *before)) return false;
    before = number;
  }
  return values.size() > 2;
}

std::vector<std::string> split_choices(std::string_view text) {
  std::vector<std::string> values;
  while (true) {
    const size_t bar = text.find('|');
    values.emplace_back(trimmed(text.substr(0, bar)));
    if (bar == std::string_view::npos) return values;
    text.remove_prefix(bar + 1);
  }
}

Knob parse_range(const std::string& name, std::string_view text, const std::string& place) {
  constexpr std::string_view kLog = " log";
  const bool logarithmic = text.ends_with(kLog);
  if (logarithmic) text.remove_suffix(kLog.size());
  const size_t dots = text.find("..");
  const auto least_text = trimmed(text.substr(0, dots));
  const auto most_text = trimmed(text.substr(dots + 2));
  const auto least = number_in(least_text), most = number_in(most_text);
  if (!least || !most || *least >= *most) {
    throw UsageError(
        fmt::format("{}{} = {}: expected a range from a smaller to a larger number, as in 0.1..0.5",
                    place, name, text));
  }
  if (logarithmic && *least <= 0.0) {
    throw UsageError(
        fmt::format("{}{} = {} log: a logarithmic range begins above 0", place, name, text));
  }
  const auto is_whole = [](std::string_view number) {
    return number.find_first_not_of("-0123456789") == std::string_view::npos;
  };
  if (is_whole(least_text) && is_whole(most_text)) {
    return Knob::integer(name, static_cast<int64_t>(*least), static_cast<int64_t>(*most),
                         logarithmic);
  }
  return Knob::real(name, *least, *most, logarithmic);
}

Knob parse_knob(std::string_view line, const std::string& place) {
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) {
    throw UsageError(fmt::format("{}expected `option = values`, found \"{}\"", place, line));
  }
  const std::string name(trimmed(line.substr(0, equals)));
  const auto text = trimmed(line.substr(equals + 1));
  if (text.find("..") != std::string_view::npos) return parse_range(name, text, place);
  auto values = split_choices(text);
  const std::set<std::string> different(values.begin(), values.end());
  if (values.size() < 2 || different.size() != values.size()) {
    throw UsageError(fmt::format(
        "{}{} = {}: expected different values joined by |, as in 16|32|64, or a range, as in "
        "0.1..0.5",
        place, name, text));
  }
  return Knob::choice(name, std::move(values));
}

// The knobs that `mnemo tune` turns when nobody names others.
struct DefaultSpace {
  Task task;
  std::string_view knobs;
  std::string_view sizes = "";  // and those which only the model's size speaks for
};

constexpr std::array kDefaultSpaces = {
    DefaultSpace{.task = Task::text,
                 .knobs = R"(learning-rate = 0.0005..0.01 log
hidden-size = 32|64|96|128|192|256
batch-size = 16|32|64|128
max-length = 100|200|400|800
embedding-dim = 32|64|128|256
word-dropout = 0.0..0.3
embedding-dropout = 0.0..0.7
dropout = 0.1..0.7
adversarial-norm = 0|0.01|0.02|0.05
label-smoothing = 0|0.05|0.1
cell = lstm|gru
pooling = attention,max|max|mean,max|attention
schedule = linear|cosine|constant
)",
                 .sizes = "vocab-size = 1000|2000|4000|8000|16000\n"},
    DefaultSpace{.task = Task::series, .knobs = R"(learning-rate = 0.0005..0.02 log
hidden-sizes = 32|64|128|256|64,64|128,128
batch-size = 4|8|16|32|64
dropout = 0.0..0.7
input-dropout = 0.0..0.5
step-dropout = 0.0..0.3
label-smoothing = 0|0.05|0.1
weight-decay = 0|0.0001|0.001
cell = lstm|gru
bidirectional = true|false
pooling = attention,max|max|mean,max|last
norm = none|batch|layer
z-normalize = true|false
schedule = linear|cosine|constant
)"},
    DefaultSpace{.task = Task::forecast, .knobs = R"(learning-rate = 0.0001..0.005 log
hidden-size = 64|128|256|384|512
batch-size = 16|32|64|128|256
lookback = 96|192|336|512|720
dropout = 0.0..0.7
input-dropout = 0.0..0.3
weight-decay = 0|0.0001|0.001
cell = lstm|gru
normalization = last|reversible
average-decay = 0|0.99|0.999
schedule = linear|cosine|constant
)"}};

}  // namespace

Knob Knob::choice(std::string name, std::vector<std::string> values) {
  Knob knob(Kind::choice, std::move(name));
  knob.is_ordered_ = are_ordered(values);
  knob.values_ = std::move(values);
  return knob;
}

Knob Knob::real(std::string name, double least, double most, bool logarithmic) {
  Knob knob(Kind::real, std::move(name));
  knob.least_ = least;
  knob.most_ = most;
  knob.logarithmic_ = logarithmic;
  return knob;
}

Knob Knob::integer(std::string name, int64_t least, int64_t most, bool logarithmic) {
  Knob knob =
      real(std::move(name), static_cast<double>(least), static_cast<double>(most), logarithmic);
  knob.kind_ = Kind::integer;
  return knob;
}

size_t Knob::choice_at(double coordinate) const {
  const auto count = static_cast<double>(values_.size());
  return static_cast<size_t>(std::clamp(std::floor(coordinate * count), 0.0, count - 1.0));
}

std::string Knob::number_at(double coordinate) const {
  const double place = std::clamp(coordinate, 0.0, 1.0);
  const double value =
      logarithmic_ ? least_ * std::pow(most_ / least_, place) : least_ + (most_ - least_) * place;
  if (kind_ == Kind::integer) return fmt::format("{}", std::llround(value));
  return fmt::format("{:.3g}", value);
}

std::string Knob::value_at(double coordinate) const {
  return kind_ == Kind::choice ? values_[choice_at(coordinate)] : number_at(coordinate);
}

double Knob::coordinate_of(const std::string& value) const {
  constexpr double kMiddle = 0.5;
  constexpr double kNoValue = kMiddle + 1e-6;  // a place of no value's own
  if (kind_ == Kind::choice) {
    const auto found = std::ranges::find(values_, value);
    if (found == values_.end()) return kNoValue;
    return (static_cast<double>(found - values_.begin()) + kMiddle) /
           static_cast<double>(values_.size());
  }
  const auto number = number_in(value);
  if (!number) return kNoValue;
  const double within = std::clamp(*number, least_, most_);
  return logarithmic_ ? std::log(within / least_) / std::log(most_ / least_)
                      : (within - least_) / (most_ - least_);
}

std::vector<std::string> Knob::extremes() const {
  if (kind_ == Kind::choice) return values_;
  return {value_at(0.0), value_at(1.0)};
}

std::string Knob::to_line() const {
  if (kind_ == Kind::choice) return fmt::format("{} = {}", name_, fmt::join(values_, "|"));
  const bool is_real_of_whole_ends =
      kind_ == Kind::real && least_ == std::floor(least_) && most_ == std::floor(most_);
  return fmt::format("{} = {}{}..{}{}", name_, least_, is_real_of_whole_ends ? ".0" : "", most_,
                     logarithmic_ ? " log" : "");
}

SearchSpace::SearchSpace(std::vector<Knob> knobs) : knobs_(std::move(knobs)) {}

Settings SearchSpace::settings_at(const Point& point) const {
  Settings settings;
  for (size_t i = 0; i < knobs_.size(); ++i)
    settings[knobs_[i].name()] = knobs_[i].value_at(point[i]);
  return settings;
}

Settings SearchSpace::changes_at(const Point& point, const Point& start) const {
  Settings changes;
  for (size_t i = 0; i < knobs_.size(); ++i) {
    if (point[i] != start[i]) changes[knobs_[i].name()] = knobs_[i].value_at(point[i]);
  }
  return changes;
}

Point SearchSpace::point_at(const Settings& changes, const Point& start) const {
  Point point = start;
  for (size_t i = 0; i < knobs_.size(); ++i) {
    const auto change = changes.find(knobs_[i].name());
    if (change != changes.end()) point[i] = knobs_[i].coordinate_of(change->second);
  }
  return point;
}

Point SearchSpace::point_of(const Settings& settings) const {
  Point point;
  for (const auto& knob : knobs_) {
    const auto found = settings.find(knob.name());
    point.push_back(knob.coordinate_of(found == settings.end() ? "" : found->second));
  }
  return point;
}

std::string SearchSpace::to_text() const {
  std::string text;
  for (const auto& knob : knobs_) text += knob.to_line() + "\n";
  return text;
}

SearchSpace parse_space(const std::string& text, const std::string& name) {
  std::vector<Knob> knobs;
  std::istringstream lines(text);
  int64_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::string place = fmt::format("{}:{}: ", name, ++number);
    const auto setting = trimmed(std::string_view(line).substr(0, line.find('#')));
    if (setting.empty()) continue;
    Knob knob = parse_knob(setting, place);
    if (std::ranges::any_of(knobs, [&](const Knob& k) { return k.name() == knob.name(); })) {
      throw UsageError(fmt::format("{}{} stands there a second time", place, knob.name()));
    }
    knobs.push_back(std::move(knob));
  }
  if (knobs.empty()) {
    throw UsageError(fmt::format(
        "{}: no option to choose; expected lines such as `learning-rate = 0.0005..0.01 log`",
        name));
  }
  return SearchSpace(std::move(knobs));
}

SearchSpace default_space(Task task, bool by_size) {
  const auto& row = row_of(kDefaultSpaces, task);
  std::string knobs(row.knobs);
  if (by_size) knobs += row.sizes;
  return parse_space(knobs, "the default space");
}

}  // namespace mnemo
