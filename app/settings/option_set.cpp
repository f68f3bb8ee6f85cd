#include "app/settings/option_set.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <utility>

#include "common/nearest.h"
#include "common/white_space.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr const char* kAutomatic = "auto";

template <typename Number>
Number parse_number(const char* name, const std::string& text, const Range<Number>& range) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool complete = error == std::errc() && end == text.data() + text.size();
  if (!complete || !(value >= range.least && value <= range.most)) {
    const std::string bounds = range.most == std::numeric_limits<Number>::max()
                                   ? fmt::format("of at least {}", range.least)
                                   : fmt::format("from {} to {}", range.least, range.most);
    throw SettingError(name, fmt::format("{}: expected a {}number {}", text,
                                         std::is_integral_v<Number> ? "whole " : "", bounds));
  }
  return value;
}

template <typename Number>
Number parse_number_or_auto(const char* name, const std::string& text, const Range<Number>& range,
                            Number automatic) {
  if (text == kAutomatic) return automatic;
  try {
    return parse_number(name, text, range);
  } catch (const SettingError& error) {
    throw SettingError(name, error.problem() + ", or auto");
  }
}

template <typename Number>
std::vector<Number> parse_numbers(const char* name, const std::string& text,
                                  const Range<Number>& range) {
  std::vector<Number> numbers;
  for (const auto& item : split_list(text)) numbers.push_back(parse_number(name, item, range));
  return numbers;
}

bool parse_flag(const char* name, const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  throw SettingError(name, fmt::format("{}: expected true or false", text));
}

}  // namespace

OptionDescription& OptionDescription::for_files() {
  marks.is_for_files = true;
  return *this;
}

OptionDescription& OptionDescription::may_change_on_resume() {
  marks.may_change_on_resume = true;
  return *this;
}

OptionDescription& OptionDescription::same_in_searches() {
  marks.is_same_in_searches = true;
  return *this;
}

OptionDescription& OptionDescription::same_in_tune() {
  marks.is_same_in_tune = true;
  return *this;
}

OptionDescription& OptionDescription::for_one_training() {
  marks.is_for_one_training = true;
  return *this;
}

OptionDescription& OptionDescription::unseen_in_weights() {
  marks.is_unseen_in_weights = true;
  return *this;
}

OptionDescription& OptionDescription::takes_no_time() {
  marks.time = TimeTaken::none;
  return *this;
}

OptionDescription& OptionDescription::takes_time_in_proportion() {
  marks.time = TimeTaken::proportional;
  return *this;
}

void OptionSet::group(const std::string& title) {
  const auto found = std::ranges::find(groups_, title, &Group::title);
  current_ = static_cast<size_t>(found - groups_.begin());
  if (found == groups_.end()) groups_.push_back({.title = title, .options = {}});
}

OptionDescription& OptionSet::add(const char* name, OptionKind kind, std::string default_value,
                                  std::string help,
                                  std::function<void(const std::string&)> assign) {
  auto& options = groups_.at(current_).options;
  places_[name] = {current_, options.size()};
  options.push_back({.name = name,
                     .help = std::move(help),
                     .default_value = std::move(default_value),
                     .kind = kind,
                     .assign = std::move(assign)});
  return options.back();
}

OptionDescription& OptionSet::number(const char* name, int64_t& field, Range<int64_t> range,
                                     const char* help) {
  return add(
      name, OptionKind::integer, fmt::format("{}", field), help,
      [name, &field, range](const std::string& text) { field = parse_number(name, text, range); });
}

OptionDescription& OptionSet::number(const char* name, uint64_t& field, Range<uint64_t> range,
                                     const char* help) {
  return add(
      name, OptionKind::integer, fmt::format("{}", field), help,
      [name, &field, range](const std::string& text) { field = parse_number(name, text, range); });
}

OptionDescription& OptionSet::number(const char* name, double& field, Range<double> range,
                                     const char* help) {
  return add(
      name, OptionKind::number, fmt::format("{}", field), help,
      [name, &field, range](const std::string& text) { field = parse_number(name, text, range); });
}

OptionDescription& OptionSet::number_or_auto(const char* name, double& field, Range<double> range,
                                             const char* help) {
  return add(name, OptionKind::number, field < 0.0 ? kAutomatic : fmt::format("{}", field), help,
             [name, &field, range](const std::string& text) {
               field = parse_number_or_auto(name, text, range, -1.0);
             });
}

OptionDescription& OptionSet::number_or_auto(const char* name, int64_t& field, Range<int64_t> range,
                                             const char* help) {
  return add(name, OptionKind::integer, field == 0 ? kAutomatic : fmt::format("{}", field), help,
             [name, &field, range](const std::string& text) {
               field = parse_number_or_auto<int64_t>(name, text, range, 0);
             });
}

OptionDescription& OptionSet::text(const char* name, std::string& field, const char* help) {
  return add(name, OptionKind::text, field, help,
             [&field](const std::string& value) { field = value; });
}

OptionDescription& OptionSet::list(const char* name, std::vector<std::string>& field,
                                   const char* help) {
  return add(name, OptionKind::list, join_list(field), help,
             [name, &field](const std::string& text) { field = split_names(name, text); });
}

OptionDescription& OptionSet::list(const char* name, std::vector<int64_t>& field,
                                   Range<int64_t> range, const char* help) {
  return add(
      name, OptionKind::list, fmt::format("{}", fmt::join(field, ",")), help,
      [name, &field, range](const std::string& text) { field = parse_numbers(name, text, range); });
}

OptionDescription& OptionSet::list(const char* name, std::vector<double>& field,
                                   Range<double> range, const char* help) {
  return add(
      name, OptionKind::list, fmt::format("{}", fmt::join(field, ",")), help,
      [name, &field, range](const std::string& text) { field = parse_numbers(name, text, range); });
}

OptionDescription& OptionSet::flag(const char* name, bool& field, const char* help) {
  return add(name, OptionKind::flag, field ? "true" : "false", help,
             [name, &field](const std::string& value) { field = parse_flag(name, value); });
}

void OptionSet::throw_unknown_choice(const char* name, const std::string& value,
                                     const std::vector<std::string>& names) {
  const std::string nearest = nearest_name(value, names);
  throw SettingError(name, fmt::format("{}: expected one of {}", value, fmt::join(names, ", ")),
                     nearest.empty() ? std::string() : fmt::format("did you mean {}?", nearest));
}

void OptionSet::throw_empty(const char* name) {
  throw SettingError(name, "is empty", "name at least one");
}

std::vector<std::string> OptionSet::split_names(const char* name, const std::string& value) {
  auto items = split_list(value);
  if (std::set<std::string>(items.begin(), items.end()).size() != items.size()) {
    throw SettingError(name, fmt::format("{}: the same name twice", value));
  }
  return items;
}

const OptionDescription* OptionSet::find(const std::string& name) const {
  const auto place = places_.find(name);
  if (place == places_.end()) return nullptr;
  return &groups_[place->second.first].options[place->second.second];
}

void OptionSet::throw_unknown(const std::string& name, const std::string& place) const {
  std::vector<std::string> known;
  if (!help_.empty()) known.push_back(help_);
  for (const auto& group : groups_) {
    for (const auto& option : group.options) known.push_back(option.name);
  }
  const std::string nearest = nearest_name(name, known);
  std::string advice = help_.empty() ? "" : fmt::format("; see `{}` for those there are", help_);
  if (!nearest.empty()) advice = fmt::format("; did you mean `{}`?", nearest);
  throw UsageError(fmt::format("{}unknown option `{}`{}", place, name, advice));
}

OptionDescription& OptionSet::at(const std::string& name) {
  const auto place = places_.find(name);
  if (place == places_.end()) throw_unknown(name, "");
  return groups_[place->second.first].options[place->second.second];
}

void OptionSet::not_in_config(const char* name) { at(name).in_config = false; }

void OptionSet::give(const std::string& name, const std::string& value) {
  if (find(name) == nullptr) throw_unknown(name, "");
  values_[name] = value;
  config_places_.erase(name);
  given_.insert(name);
}

void OptionSet::require_for_config(const std::string& name, const std::string& place) const {
  const auto* option = find(name);
  const bool is_help = !help_.empty() && name == help_;
  if (option == nullptr && !is_help) throw_unknown(name, place);
  if (is_help || !option->in_config) {
    throw SettingError(SettingError(name, "can stand on the command line only"), place);
  }
}

void OptionSet::read_config(const std::string& text, const std::string& name) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // which some editors write
  std::istringstream file(text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size())
                                                           : text);
  std::set<std::string> seen;
  int64_t number = 0;
  for (std::string line; std::getline(file, line);) {
    const std::string place = fmt::format("{}:{}: ", name, ++number);
    const std::string_view setting = trimmed(line);
    if (setting.empty() || setting.starts_with('#')) continue;
    const size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      throw UsageError(fmt::format("{}expected `option = value`, found \"{}\"", place, setting));
    }
    const std::string option(trimmed(setting.substr(0, equals)));
    require_for_config(option, place);
    if (!seen.insert(option).second) {
      throw SettingError(SettingError(option, "is set a second time", "keep one of the two"),
                         place);
    }
    if (!values_.emplace(option, trimmed(setting.substr(equals + 1))).second) continue;
    config_places_.emplace(option, place);
  }
}

std::vector<std::string> OptionSet::take_back_files() {
  std::vector<std::string> changed;
  for (const auto& group : groups_) {
    for (const auto& option : group.options) {
      if (!option.marks.is_for_files || given(option.name) || !is_set(option.name)) continue;
      if (value(option.name) != option.default_value) changed.push_back(option.name);
      values_.erase(option.name);
      config_places_.erase(option.name);
    }
  }
  return changed;
}

void OptionSet::fall_back_to(std::string settings, std::string name) {
  fallback_ = std::move(settings);
  fallback_name_ = std::move(name);
}

void OptionSet::take_back_excluded() {
  const auto is_set = [&](const std::string& name) { return given(name) && !value(name).empty(); };
  for (const auto& names : exclusive_) {
    if (std::ranges::none_of(names, is_set)) continue;
    for (const auto& name : names) {
      if (!given(name)) values_[name] = "";
    }
  }
}

void OptionSet::assign_fields() {
  if (!fallback_.empty()) read_config(fallback_, fallback_name_);
  take_back_excluded();
  for (const auto& [name, text] : values_) {
    try {
      find(name)->assign(text);
    } catch (const SettingError& error) {
      const auto place = config_places_.find(name);
      if (place == config_places_.end()) throw;
      throw SettingError(error, place->second);
    }
  }
}

std::string OptionSet::given_in_group(const std::string& title) const {
  const auto found = std::ranges::find(groups_, title, &Group::title);
  if (found == groups_.end()) return {};
  for (const auto& option : found->options) {
    if (given(option.name)) return option.name;
  }
  return {};
}

Settings OptionSet::given_values() const {
  Settings values;
  for (const auto& name : given_) values[name] = value(name);
  return values;
}

const std::string& OptionSet::value(const std::string& name) const {
  const auto found = values_.find(name);
  if (found != values_.end()) return found->second;
  const auto* option = find(name);
  if (option == nullptr) throw_unknown(name, "");
  return option->default_value;
}

void OptionSet::replace(const std::string& name, const std::string& value) {
  at(name).assign(value);
  values_[name] = value;
}

MarksByOption OptionSet::marks() const {
  MarksByOption all;
  for (const auto& group : groups_) {
    for (const auto& option : group.options) all[option.name] = option.marks;
  }
  return all;
}

std::string OptionSet::config_text() const {
  std::string text;
  for (const auto& group : groups_) {
    for (const auto& option : group.options) {
      if (!option.in_config) continue;
      text += fmt::format("{} = {}\n", option.name, value(option.name));
    }
  }
  return text;
}

}  // namespace mnemo
