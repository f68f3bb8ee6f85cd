// Options by name: what describe() of an options struct says of each of its fields, and the values
// that these are given as text. The command line, config files, the report's changed settings and
// the library all read the same descriptions.
//
// Precedence: give() over read_config() over fall_back_to() over the fields' values at the time of
// description (a preset, or the in-class defaults).
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/settings/option_marks.h"
#include "app/settings/settings_text.h"
#include "app/support/enum_names.h"
#include "common/name_list.h"

namespace mnemo {

template <typename Number>
struct Range {
  Number least = std::numeric_limits<Number>::lowest();
  Number most = std::numeric_limits<Number>::max();
};

// The values that an option takes, as far as a caller in another language must know.
enum class OptionKind { flag, integer, number, text, list };

struct OptionDescription {
  std::string name;
  std::string help;
  std::string default_value;  // as text; empty: none
  OptionKind kind = OptionKind::text;
  bool in_config = true;  // may stand in a config file
  OptionMarks marks = {};
  // Checks a value and stores it in the field.
  std::function<void(const std::string&)> assign;

  // Each sets the mark of its name, see OptionMarks, and returns the description for the next.
  OptionDescription& for_files();
  OptionDescription& may_change_on_resume();
  OptionDescription& same_in_searches();
  OptionDescription& same_in_tune();
  OptionDescription& for_one_training();
  OptionDescription& unseen_in_weights();
  OptionDescription& takes_no_time();
  OptionDescription& takes_time_in_proportion();
};

// The fields that were described must outlive their set.
class OptionSet {
 public:
  struct Group {
    std::string title;
    std::vector<OptionDescription> options;
  };

  // Options described from now on stand under this heading, behind those that do so already.
  void group(const std::string& title);

  // Each describes an option, and returns the description, to which more may be said before the
  // next one.
  OptionDescription& number(const char* name, int64_t& field, Range<int64_t> range,
                            const char* help);
  OptionDescription& number(const char* name, uint64_t& field, Range<uint64_t> range,
                            const char* help);
  OptionDescription& number(const char* name, double& field, Range<double> range, const char* help);
  // "auto" stands for the field's value 0; `range` begins above it.
  OptionDescription& number_or_auto(const char* name, int64_t& field, Range<int64_t> range,
                                    const char* help);
  // Likewise for a value below 0.
  OptionDescription& number_or_auto(const char* name, double& field, Range<double> range,
                                    const char* help);
  OptionDescription& text(const char* name, std::string& field, const char* help);
  // Joined by commas, as split_list() reads them; may be empty.
  OptionDescription& list(const char* name, std::vector<std::string>& field, const char* help);
  OptionDescription& list(const char* name, std::vector<int64_t>& field, Range<int64_t> range,
                          const char* help);
  OptionDescription& list(const char* name, std::vector<double>& field, Range<double> range,
                          const char* help);
  OptionDescription& flag(const char* name, bool& field, const char* help);

  template <typename Enum>
  OptionDescription& choice(const char* name, Enum& field, const std::string& help) {
    return add(name, OptionKind::text, enum_name(field),
               fmt::format("{}: {}", help, fmt::join(enum_names<Enum>(), "|")),
               [name, &field](const std::string& value) { field = parse_enum<Enum>(name, value); });
  }

  // A comma-separated list without repetition.
  template <typename Enum>
  OptionDescription& choices(const char* name, std::vector<Enum>& field, const std::string& help) {
    std::vector<std::string> defaults;
    for (const Enum value : field) defaults.push_back(enum_name(value));
    return add(name, OptionKind::list, fmt::format("{}", fmt::join(defaults, ",")),
               fmt::format("{}, one or several joined by commas: {}", help,
                           fmt::join(enum_names<Enum>(), "|")),
               [name, &field](const std::string& value) {
                 field.clear();
                 for (const auto& item : split_names(name, value)) {
                   field.push_back(parse_enum<Enum>(name, item));
                 }
                 if (field.empty()) throw_empty(name);
               });
  }

  // Options that make no sense in a config file: config_text() leaves them out.
  void not_in_config(const char* name);

  // Options of text that exclude one another: one that is given takes back what a config file says
  // of the others. Two that are given are the caller's to refuse.
  void exclusive(std::vector<std::string> names) { exclusive_.push_back(std::move(names)); }

  // Sets an option, before assign_fields(). Throws UsageError for an unknown one, with the nearest
  // name.
  void give(const std::string& name, const std::string& value);
  // Settings for what is not given, as config_text() writes them; `name` stands in messages. Throws
  // UsageError naming the line of an option that is unknown, set twice, or outside config files.
  void read_config(const std::string& text, const std::string& name);
  // Takes back what such a file says of options for files, and returns those that it set to
  // anything but their defaults.
  std::vector<std::string> take_back_files();
  // Settings as read_config() has them, for what neither sets.
  void fall_back_to(std::string settings, std::string name);
  // Writes the fields. Throws UsageError for what is out of range; of what is wrong in a config
  // file, it names the line.
  void assign_fields();

  bool describes(const std::string& name) const { return find(name) != nullptr; }
  // True when the option was given. A config file does not count: those that mnemo prints set every
  // option.
  bool given(const std::string& name) const { return given_.contains(name); }
  // All options that were given, with their values.
  Settings given_values() const;
  // True when it was given, or a config file sets it.
  bool is_set(const std::string& name) const { return values_.contains(name); }
  // The first option under that heading that was given; empty when there is none.
  std::string given_in_group(const std::string& title) const;

  // The option's value as it was written, or its default.
  const std::string& value(const std::string& name) const;

  // Gives an option the value that follows from others. After assign_fields().
  void replace(const std::string& name, const std::string& value);

  // Every option with its present value, as a config file.
  std::string config_text() const;

  // The marks of every option.
  MarksByOption marks() const;

  // All that is described, under its headings.
  const std::vector<Group>& groups() const { return groups_; }

 protected:
  const OptionDescription* find(const std::string& name) const;
  [[noreturn]] void throw_unknown(const std::string& name, const std::string& place) const;
  // Says by which name, no option of the set, the options can be seen.
  void show_help_by(std::string name) { help_ = std::move(name); }

 private:
  template <typename Enum>
  static Enum parse_enum(const char* name, const std::string& value) {
    if (const auto parsed = enum_from_name<Enum>(value)) return *parsed;
    throw_unknown_choice(name, value, enum_names<Enum>());
  }
  [[noreturn]] static void throw_unknown_choice(const char* name, const std::string& value,
                                                const std::vector<std::string>& names);
  [[noreturn]] static void throw_empty(const char* name);
  // Throws UsageError for a repetition.
  static std::vector<std::string> split_names(const char* name, const std::string& value);

  OptionDescription& add(const char* name, OptionKind kind, std::string default_value,
                         std::string help, std::function<void(const std::string&)> assign);
  OptionDescription& at(const std::string& name);
  void require_for_config(const std::string& name, const std::string& place) const;
  void take_back_excluded();

  std::vector<Group> groups_;
  size_t current_ = 0;                                       // of groups_
  std::map<std::string, std::pair<size_t, size_t>> places_;  // group and number in it, by name
  std::vector<std::vector<std::string>> exclusive_;
  Settings values_;  // of what is set, by whatever has precedence
  std::set<std::string> given_;
  std::map<std::string, std::string> config_places_;  // "FILE:LINE: " of what a file sets
  std::string fallback_, fallback_name_;
  std::string help_;  // see show_help_by()
};

// The marks of the options that describe() says of such a struct.
template <typename Options>
MarksByOption marks_of() {
  Options options;
  OptionSet set;
  describe(set, options);
  return set.marks();
}

}  // namespace mnemo
