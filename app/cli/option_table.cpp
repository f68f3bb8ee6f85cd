#include "app/cli/option_table.h"

#include <fmt/format.h>

#include <cctype>
#include <sstream>
#include <utility>

#include "app/cli/flags.h"
#include "common/files.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace po = boost::program_options;

constexpr const char* kHelp = "help";
constexpr const char* kHelpAndLetter = "help,h";

bool is_below_zero(const std::string& argument) {
  return argument.size() > 1 && argument[0] == '-' &&
         (std::isdigit(static_cast<unsigned char>(argument[1])) != 0 || argument[1] == '.');
}

}  // namespace

OptionTable::OptionTable(std::string usage, std::string summary)
    : usage_(std::move(usage)), summary_(std::move(summary)) {
  show_help_by(kHelp);
}

void OptionTable::positional(const char* name, std::string& field) {
  nameless_[name] = &field;
  positional_.add(name, 1);
}

void OptionTable::positionals(const char* name, std::vector<std::string>& field) {
  nameless_lists_[name] = &field;
  positional_.add(name, -1);
}

std::vector<std::string> OptionTable::as_boost_reads(
    const std::vector<std::string>& arguments) const {
  std::vector<std::string> words;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const auto* option = argument.starts_with("--") ? find(argument.substr(2)) : nullptr;
    if (option != nullptr && option->kind == OptionKind::flag) {
      // Boost would take the argument behind a flag for its value,
      words.push_back(argument + "=true");
    } else if (argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      // and refuses an empty one, which takes back what a settings file says.
      words.insert(words.end(), {argument.substr(0, argument.size() - 1), ""});
    } else if (option != nullptr && i + 1 < arguments.size() && is_below_zero(arguments[i + 1])) {
      // It would take a number below zero for an option.
      words.push_back(argument + "=" + arguments[++i]);
    } else {
      words.push_back(argument);
    }
  }
  return words;
}

void OptionTable::store_command_line(const std::vector<std::string>& arguments) {
  // Abbreviations are off: one that works today may become ambiguous with the next option.
  constexpr int style =
      po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  po::options_description all;
  all.add_options()(kHelpAndLetter, "");
  for (const auto& group : groups()) {
    for (const auto& option : group.options) {
      all.add_options()(option.name.c_str(), po::value<std::string>());
    }
  }
  for (const auto& [name, field] : nameless_) {
    all.add_options()(name.c_str(), po::value<std::string>());
  }
  for (const auto& [name, field] : nameless_lists_) {
    all.add_options()(name.c_str(), po::value<std::vector<std::string>>());
  }
  po::variables_map values;
  try {
    const auto parsed = po::command_line_parser(as_boost_reads(arguments))
                            .options(all)
                            .positional(positional_)
                            .style(style)
                            .run();
    po::store(parsed, values);
  } catch (const po::unknown_option& error) {
    std::string name = error.get_option_name();
    if (!name.starts_with("--"))
      throw UsageError(fmt::format("unknown option {}; see --help", name));
    name.erase(0, name.find_first_not_of('-'));
    throw_unknown(name.substr(0, name.find('=')), "");
  } catch (const po::too_many_positional_options_error&) {
    throw UsageError(fmt::format("an argument too many; usage: {}", usage_));
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  for (const auto& [name, value] : values) {
    if (name == kHelp) {
      wants_help_ = true;
    } else if (const auto first = nameless_.find(name); first != nameless_.end()) {
      *first->second = value.as<std::string>();
    } else if (const auto list = nameless_lists_.find(name); list != nameless_lists_.end()) {
      *list->second = value.as<std::vector<std::string>>();
    } else {
      give(name, value.as<std::string>());
    }
  }
}

bool OptionTable::parse(const std::vector<std::string>& arguments) {
  store_command_line(arguments);
  if (given("config") && !leaves_config_) {
    const std::string path = value("config");
    read_config(read_file(path), path);
  }
  assign_fields();
  return !wants_help_;
}

std::vector<std::string> OptionTable::take_foreign(std::vector<std::string>& arguments) const {
  std::vector<std::string> own, foreign;
  std::vector<std::string>* owner = &own;  // of a value
  for (const auto& argument : arguments) {
    if (argument.starts_with("-") && argument != "-" && !is_below_zero(argument)) {
      const std::string name = argument.substr(0, argument.find('='));
      const bool is_own =
          name == "-h" || name == "--help" || (name.size() > 2 && find(name.substr(2)) != nullptr);
      owner = is_own ? &own : &foreign;
    }
    owner->push_back(argument);
  }
  arguments = std::move(own);
  return foreign;
}

po::options_description OptionTable::described(const Group& group) const {
  po::options_description lines(group.title, /*line_length=*/100, /*min_description_length=*/55);
  for (const auto& option : group.options) {
    auto* value = po::value<std::string>();
    const auto& shown = option.default_value;
    value->default_value(shown, shown.empty() ? "none" : shown);
    if (option.kind == OptionKind::flag) value->implicit_value("true", "true");
    lines.add_options()(option.name.c_str(), value, with_flags(option.help).c_str());
  }
  return lines;
}

std::string OptionTable::help() const {
  std::ostringstream text;
  text << "usage: " << usage_ << "\n\n" << summary_ << "\n";
  for (const auto& group : groups()) text << "\n" << described(group);
  po::options_description general("General options", /*line_length=*/100,
                                  /*min_description_length=*/55);
  general.add_options()(kHelpAndLetter, "show this help");
  text << "\n" << general;
  return text.str();
}

}  // namespace mnemo
