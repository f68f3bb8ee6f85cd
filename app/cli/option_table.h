// The options of one command: names, help, live defaults, ranges, and where the values go. With its
// .cpp, the only code that knows Boost.Program_options.
//
// Precedence: command line over --config file over fall_back_to() over the fields' values at the
// time of binding (a preset, or the in-class defaults).
#pragma once

#include <fmt/ranges.h>

#include <boost/program_options.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/support/enum_names.h"
#include "common/nearest.h"
#include "mnemo/error.h"

namespace mnemo {

template <typename Number>
struct Range {
  Number least = std::numeric_limits<Number>::lowest();
  Number most = std::numeric_limits<Number>::max();
};

// The parts of a list joined by commas.
std::vector<std::string> split_list(const std::string& text);

class OptionTable {
 public:
  // `usage`: the first line of the help, e.g. "mnemo evaluate RUN|MODEL --data FILE".
  OptionTable(std::string usage, std::string summary);

  // Options added from now on stand under this heading of the help.
  void group(const std::string& title);

  void number(const char* name, int64_t& field, Range<int64_t> range, const char* help);
  void number(const char* name, uint64_t& field, Range<uint64_t> range, const char* help);
  void number(const char* name, double& field, Range<double> range, const char* help);
  // "auto" stands for the field's value 0; `range` begins above it.
  void number_or_auto(const char* name, int64_t& field, Range<int64_t> range, const char* help);
  // Likewise for a value below 0.
  void number_or_auto(const char* name, double& field, Range<double> range, const char* help);
  void text(const char* name, std::string& field, const char* help);
  // Joined by commas; may be empty.
  void list(const char* name, std::vector<std::string>& field, const char* help);
  void list(const char* name, std::vector<int64_t>& field, Range<int64_t> range, const char* help);
  void list(const char* name, std::vector<double>& field, Range<double> range, const char* help);
  void flag(const char* name, bool& field, const char* help);

  template <typename Enum>
  void choice(const char* name, Enum& field, const std::string& help) {
    add(name, enum_name(field), fmt::format("{}: {}", help, fmt::join(enum_names<Enum>(), "|")),
        [name, &field](const std::string& value) { field = parse_enum<Enum>(name, value); });
  }

  // A comma-separated list without repetition.
  template <typename Enum>
  void choices(const char* name, std::vector<Enum>& field, const std::string& help) {
    std::vector<std::string> defaults;
    for (const Enum value : field) defaults.push_back(enum_name(value));
    add(name, fmt::format("{}", fmt::join(defaults, ",")),
        fmt::format("{}, one or several joined by commas: {}", help,
                    fmt::join(enum_names<Enum>(), "|")),
        [name, &field](const std::string& value) {
          field.clear();
          for (const auto& item : split_names(name, value)) {
            field.push_back(parse_enum<Enum>(name, item));
          }
          if (field.empty())
            throw UsageError(fmt::format("--{} is empty: name at least one", name));
        });
  }

  // The nameless first argument, e.g. RUN.
  void positional(const char* name, std::string& field, const char* help);
  // All nameless arguments, e.g. RUN...
  void positionals(const char* name, std::vector<std::string>& field);
  // Options that make no sense in a config file: shown by help, left out of config_text().
  void not_in_config(const char* name) { outside_config_.insert(name); }

  // Options of text that exclude one another: one on the command line takes back what a config file
  // says of the others. Two of one place are the caller's to refuse.
  void exclusive(std::vector<std::string> names) { exclusive_.push_back(std::move(names)); }

  // Settings, as config_text() gives them, for what neither the command line nor --config sets.
  // `name` stands in messages.
  void fall_back_to(std::string settings, std::string name);

  // Leaves the file that --config names to the caller.
  void leave_config() { leaves_config_ = true; }

  // Reads `arguments`, then the file that --config names if there is one, and writes the fields.
  // Throws UsageError for what is unknown (with the nearest name), repeated, or out of range; of
  // what is wrong in the config file, it names the line. False: help was asked for.
  bool parse(const std::vector<std::string>& arguments);

  // Whether the command line set the option. A config file does not count: those that mnemo prints
  // set every option.
  bool given(const std::string& name) const;
  // The first option under that heading that the command line set; empty when there is none.
  std::string given_in_group(const std::string& title) const;

  // Takes out of `arguments` those that are options of another command and their values, and
  // returns them. A value stands behind its name or is joined to it by "=".
  std::vector<std::string> take_foreign(std::vector<std::string>& arguments) const;

  // The option's value as it was written, or its default. After parse().
  std::string value(const std::string& name) const;

  // Gives an option the value that follows from others. After parse().
  void replace(const std::string& name, const std::string& value);

  std::string help() const;
  // Every option with its present value, as a config file.
  std::string config_text() const;

 private:
  template <typename Enum>
  static Enum parse_enum(const char* name, const std::string& value) {
    if (const auto parsed = enum_from_name<Enum>(value)) return *parsed;
    throw_unknown_choice(name, value, enum_names<Enum>());
  }
  [[noreturn]] static void throw_unknown_choice(const char* name, const std::string& value,
                                                const std::vector<std::string>& names);
  // Throws UsageError for a repetition.
  static std::vector<std::string> split_names(const char* name, const std::string& value);

  // Every option is a string to Boost; `assign` checks and stores it.
  void add(const char* name, const std::string& default_value, const std::string& help,
           std::function<void(const std::string&)> assign, bool is_flag = false);
  std::vector<std::string> names() const;
  void store_command_line(const std::vector<std::string>& arguments);
  void read_settings(const std::string& text, const std::string& name);
  void take_back_excluded();
  void require_for_config(const std::string& name, const std::string& place) const;
  void write_fields() const;

  std::string usage_;
  std::string summary_;
  std::vector<boost::program_options::options_description> groups_;
  std::vector<std::string> titles_;  // of the groups
  boost::program_options::options_description all_;
  boost::program_options::options_description hidden_;
  boost::program_options::positional_options_description positional_;
  boost::program_options::variables_map values_;
  std::map<std::string, std::function<void(const std::string&)>> assign_;  // by option
  std::map<std::string, std::vector<std::string>*> lists_;                 // nameless arguments
  std::set<std::string> flags_;                                            // "--name" of each
  std::set<std::string> on_command_line_;
  std::map<std::string, std::string> config_places_;  // "FILE:LINE: " of what a file sets
  std::set<std::string> outside_config_;
  std::vector<std::vector<std::string>> exclusive_;
  bool leaves_config_ = false;
  std::string fallback_, fallback_name_;
};

}  // namespace mnemo
