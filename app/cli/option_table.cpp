#include "app/cli/option_table.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <utility>

#include "common/files.h"
#include "common/white_space.h"

namespace mnemo {
namespace {

namespace po = boost::program_options;

constexpr const char* kAutomatic = "auto";

[[noreturn]] void throw_unknown_option(const std::string& name, const std::string& place,
                                       const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(name, known);
  throw UsageError(fmt::format("{}unknown option --{}{}", place, name,
                               nearest.empty() ? "; see --help for those there are"
                                               : fmt::format("; did you mean --{}?", nearest)));
}

template <typename Number>
Number parse_number(const char* name, const std::string& text, const Range<Number>& range) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool complete = error == std::errc() && end == text.data() + text.size();
  if (!complete || !(value >= range.least && value <= range.most)) {
    const std::string bounds = range.most == std::numeric_limits<Number>::max()
                                   ? fmt::format("of at least {}", range.least)
                                   : fmt::format("from {} to {}", range.least, range.most);
    throw UsageError(fmt::format("--{} {}: expected a {}number {}", name, text,
                                 std::is_integral_v<Number> ? "whole " : "", bounds));
  }
  return value;
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
  throw UsageError(fmt::format("--{}={}: expected true or false", name, text));
}

}  // namespace

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream stream(text);
  for (std::string item; std::getline(stream, item, ',');) items.push_back(item);
  return items;
}

OptionTable::OptionTable(std::string usage, std::string summary)
    : usage_(std::move(usage)), summary_(std::move(summary)) {
  group("General options");
  groups_.back().add_options()("help,h", "show this help");
  not_in_config("help");
}

void OptionTable::group(const std::string& title) {
  titles_.push_back(title);
  groups_.emplace_back(title, /*line_length=*/100, /*min_description_length=*/55);
}

void OptionTable::add(const char* name, const std::string& default_value, const std::string& help,
                      std::function<void(const std::string&)> assign, bool is_flag) {
  auto* value = po::value<std::string>();
  value->default_value(default_value, default_value.empty() ? "none" : default_value);
  if (is_flag) {
    value->implicit_value("true", "true");
    flags_.insert(fmt::format("--{}", name));
  }
  assign_[name] = std::move(assign);
  groups_.back().add_options()(name, value, help.c_str());
}

void OptionTable::number(const char* name, int64_t& field, Range<int64_t> range, const char* help) {
  add(name, fmt::format("{}", field), help,
      [name, &field, range](const std::string& text) { field = parse_number(name, text, range); });
}

void OptionTable::number(const char* name, uint64_t& field, Range<uint64_t> range,
                         const char* help) {
  add(name, fmt::format("{}", field), help,
      [name, &field, range](const std::string& text) { field = parse_number(name, text, range); });
}

void OptionTable::number(const char* name, double& field, Range<double> range, const char* help) {
  add(name, fmt::format("{}", field), help,
      [name, &field, range](const std::string& text) { field = parse_number(name, text, range); });
}

void OptionTable::number_or_auto(const char* name, double& field, Range<double> range,
                                 const char* help) {
  add(name, field < 0.0 ? kAutomatic : fmt::format("{}", field), help,
      [name, &field, range](const std::string& text) {
        field = text == kAutomatic ? -1.0 : parse_number(name, text, range);
      });
}

void OptionTable::number_or_auto(const char* name, int64_t& field, Range<int64_t> range,
                                 const char* help) {
  add(name, field == 0 ? kAutomatic : fmt::format("{}", field), help,
      [name, &field, range](const std::string& text) {
        field = text == kAutomatic ? 0 : parse_number(name, text, range);
      });
}

void OptionTable::text(const char* name, std::string& field, const char* help) {
  add(name, field, help, [&field](const std::string& value) { field = value; });
}

void OptionTable::list(const char* name, std::vector<std::string>& field, const char* help) {
  add(name, fmt::format("{}", fmt::join(field, ",")), help,
      [name, &field](const std::string& text) { field = split_names(name, text); });
}

void OptionTable::list(const char* name, std::vector<int64_t>& field, Range<int64_t> range,
                       const char* help) {
  add(name, fmt::format("{}", fmt::join(field, ",")), help,
      [name, &field, range](const std::string& text) { field = parse_numbers(name, text, range); });
}

void OptionTable::list(const char* name, std::vector<double>& field, Range<double> range,
                       const char* help) {
  add(name, fmt::format("{}", fmt::join(field, ",")), help,
      [name, &field, range](const std::string& text) { field = parse_numbers(name, text, range); });
}

void OptionTable::flag(const char* name, bool& field, const char* help) {
  add(
      name, field ? "true" : "false", help,
      [name, &field](const std::string& value) { field = parse_flag(name, value); },
      /*is_flag=*/true);
}

void OptionTable::positional(const char* name, std::string& field, const char* help) {
  assign_[name] = [&field](const std::string& value) { field = value; };
  hidden_.add_options()(name, po::value<std::string>(), help);
  positional_.add(name, 1);
}

void OptionTable::positionals(const char* name, std::vector<std::string>& field) {
  lists_[name] = &field;
  hidden_.add_options()(name, po::value<std::vector<std::string>>());
  positional_.add(name, -1);
}

void OptionTable::throw_unknown_choice(const char* name, const std::string& value,
                                       const std::vector<std::string>& names) {
  const std::string nearest = nearest_name(value, names);
  throw UsageError(
      fmt::format("--{} {}: expected one of {}{}", name, value, fmt::join(names, ", "),
                  nearest.empty() ? std::string() : fmt::format("; did you mean {}?", nearest)));
}

std::vector<std::string> OptionTable::split_names(const char* name, const std::string& value) {
  auto items = split_list(value);
  if (std::set<std::string>(items.begin(), items.end()).size() != items.size()) {
    throw UsageError(fmt::format("--{} {}: the same name twice", name, value));
  }
  return items;
}

std::vector<std::string> OptionTable::names() const {
  std::vector<std::string> names;
  for (const auto& group : groups_) {
    for (const auto& option : group.options()) names.push_back(option->long_name());
  }
  return names;
}

void OptionTable::store_command_line(const std::vector<std::string>& arguments) {
  // Abbreviations are off: one that works today may become ambiguous with the next option.
  constexpr int style =
      po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  std::vector<std::string> complete;
  for (const auto& argument : arguments) {
    if (flags_.contains(argument)) {
      // Boost would take the argument behind a flag for its value,
      complete.push_back(argument + "=true");
    } else if (argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      // and refuses an empty one, which takes back what a settings file says.
      complete.insert(complete.end(), {argument.substr(0, argument.size() - 1), ""});
    } else {
      complete.push_back(argument);
    }
  }
  try {
    const auto parsed =
        po::command_line_parser(complete).options(all_).positional(positional_).style(style).run();
    po::store(parsed, values_);
    for (const auto& option : parsed.options) on_command_line_.insert(option.string_key);
  } catch (const po::unknown_option& error) {
    std::string name = error.get_option_name();
    name.erase(0, name.find_first_not_of('-'));
    name = name.substr(0, name.find('='));
    throw_unknown_option(name, "", names());
  } catch (const po::too_many_positional_options_error&) {
    throw UsageError(fmt::format("an argument too many; usage: {}", usage_));
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
}

void OptionTable::require_for_config(const std::string& name, const std::string& place) const {
  const auto known = names();
  if (std::ranges::find(known, name) == known.end()) throw_unknown_option(name, place, known);
  if (outside_config_.contains(name)) {
    throw UsageError(fmt::format("{}--{} can stand on the command line only", place, name));
  }
}

// Boost's own reader tells no line numbers, and takes a # within a path for a comment.
void OptionTable::read_settings(const std::string& text, const std::string& name) {
  std::istringstream file(text);
  std::set<std::string> seen;
  po::parsed_options parsed(&all_);
  int64_t number = 0;
  for (std::string line; std::getline(file, line);) {
    const std::string place = fmt::format("{}:{}: ", name, ++number);
    const std::string_view setting = trimmed(line);
    if (setting.empty() || setting.starts_with('#')) continue;
    const size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      throw UsageError(fmt::format("{}expected `option = value`, found `{}`", place, setting));
    }
    const std::string option(trimmed(setting.substr(0, equals)));
    const std::string value(trimmed(setting.substr(equals + 1)));
    require_for_config(option, place);
    if (!seen.insert(option).second) {
      throw UsageError(
          fmt::format("{}--{} is set a second time; keep one of the two", place, option));
    }
    config_places_.emplace(option, place);
    parsed.options.emplace_back(option, std::vector{value});
  }
  po::store(parsed, values_);
}

void OptionTable::take_back_excluded() {
  const auto is_set = [&](const std::string& name) {
    return given(name) && !values_[name].as<std::string>().empty();
  };
  for (const auto& names : exclusive_) {
    if (std::ranges::none_of(names, is_set)) continue;
    for (const auto& name : names) {
      if (!given(name)) values_.at(name).value() = std::string();
    }
  }
}

void OptionTable::write_fields() const {
  for (const auto& [name, field] : lists_) {
    if (values_.count(name) > 0) *field = values_[name].as<std::vector<std::string>>();
  }
  for (const auto& [name, assign] : assign_) {
    if (!values_.contains(name)) continue;
    try {
      assign(values_[name].as<std::string>());
    } catch (const UsageError& error) {
      const auto place = config_places_.find(name);
      if (given(name) || place == config_places_.end()) throw;
      throw UsageError(place->second + error.what());
    }
  }
}

bool OptionTable::parse(const std::vector<std::string>& arguments) {
  for (const auto& group : groups_) all_.add(group);
  all_.add(hidden_);
  store_command_line(arguments);
  if (given("config") && !leaves_config_) {
    const auto path = values_["config"].as<std::string>();
    read_settings(read_file(path), path);
  }
  if (!fallback_.empty()) read_settings(fallback_, fallback_name_);
  take_back_excluded();
  write_fields();
  return !given("help");
}

void OptionTable::fall_back_to(std::string settings, std::string name) {
  fallback_ = std::move(settings);
  fallback_name_ = std::move(name);
}

bool OptionTable::given(const std::string& name) const { return on_command_line_.contains(name); }

std::string OptionTable::given_in_group(const std::string& title) const {
  for (size_t i = 0; i < groups_.size(); ++i) {
    if (titles_[i] != title) continue;
    for (const auto& option : groups_[i].options()) {
      if (given(option->long_name())) return option->long_name();
    }
  }
  return {};
}

std::vector<std::string> OptionTable::take_foreign(std::vector<std::string>& arguments) const {
  std::vector<std::string> own, foreign;
  std::vector<std::string>* owner = &own;  // of a value
  for (const auto& argument : arguments) {
    if (argument.starts_with("-") && argument != "-") {
      const std::string name = argument.substr(0, argument.find('='));
      const bool is_own =
          name == "-h" || name == "--help" || (name.size() > 2 && assign_.contains(name.substr(2)));
      owner = is_own ? &own : &foreign;
    }
    owner->push_back(argument);
  }
  arguments = std::move(own);
  return foreign;
}

std::string OptionTable::value(const std::string& name) const {
  return values_.at(name).as<std::string>();
}

void OptionTable::replace(const std::string& name, const std::string& value) {
  values_.at(name).value() = value;
  assign_.at(name)(value);
}

std::string OptionTable::help() const {
  std::ostringstream text;
  text << "usage: " << usage_ << "\n\n" << summary_ << "\n";
  // The general options come first in the table but read best last.
  for (size_t i = 1; i < groups_.size(); ++i) text << "\n" << groups_[i];
  text << "\n" << groups_.front();
  return text.str();
}

std::string OptionTable::config_text() const {
  std::string text;
  for (size_t i = 1; i < groups_.size(); ++i) {
    for (const auto& option : groups_[i].options()) {
      const auto& name = option->long_name();
      if (outside_config_.contains(name) || !values_.contains(name)) continue;
      text += fmt::format("{} = {}\n", name, values_[name].as<std::string>());
    }
  }
  return text;
}

}  // namespace mnemo
