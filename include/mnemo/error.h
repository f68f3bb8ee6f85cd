// The kinds of failure that the library knows. It never prints and never exits.
//
// A message says what happened, where (file, line, row, setting), what was expected, and what to
// do. It names settings in backquotes, as in "`layers` 40: expected a whole number from 1 to 16".
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace mnemo {

// What is wrong with one setting.
struct SettingFault {
  std::string setting = {};  // its name, as "layers"
  std::string problem = {};
  std::string remedy = {};  // what to do; may be empty
  std::string place = {};   // that it stands in, as "c.ini:3: "; may be empty
};

// Input, files or the machine are not as needed.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;

  // One setting is to blame. what() is "`setting` problem", without the blank before a colon,
  // behind its place and before "; remedy" if there are these: for {"layers", "40: expected a whole
  // number from 1 to 16"} as above.
  explicit Error(SettingFault fault)
      : std::runtime_error(message_of(fault)), fault_(std::move(fault)) {}

  // All are empty where no one setting is to blame.
  const std::string& setting() const { return fault_.setting; }
  const std::string& problem() const { return fault_.problem; }
  const std::string& remedy() const { return fault_.remedy; }
  const std::string& place() const { return fault_.place; }

 private:
  static std::string message_of(const SettingFault& fault) {
    const auto& [setting, problem, remedy, place] = fault;
    return place + "`" + setting + (problem.starts_with(':') ? "`" : "` ") + problem +
           (remedy.empty() ? "" : "; " + remedy);
  }

  SettingFault fault_;
};

// Another training, of this process or of another one, writes to the run folder.
class LockedError : public Error {
 public:
  using Error::Error;
};

// The request cannot be meant: an unknown, contradictory or out-of-range option.
class UsageError : public Error {
 public:
  using Error::Error;
};

// The same of one setting that is to blame.
class SettingError : public UsageError {
 public:
  SettingError(std::string setting, std::string problem, std::string remedy = "")
      : UsageError(SettingFault{.setting = std::move(setting),
                                .problem = std::move(problem),
                                .remedy = std::move(remedy)}) {}

  // The same of a setting that stands in that place, as "c.ini:3: ".
  SettingError(const SettingError& error, const std::string& place)
      : UsageError(SettingFault{.setting = error.setting(),
                                .problem = error.problem(),
                                .remedy = error.remedy(),
                                .place = place}) {}
};

}  // namespace mnemo
