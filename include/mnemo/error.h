// The kinds of failure that the whole program knows.
//
// A message says what happened, where (file, line, row, setting), what was expected, and what to
// do. It names settings in backquotes, as in "`layers` 40: expected a whole number from 1 to 16";
// the command line shows them as flags. Exceptions are caught once, in the command line's run();
// libraries never print and never exit.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace mnemo {

// Input, files or the machine are not as needed. Exit code 1.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Another training, of this process or of another one, writes to the run folder. Exit code 1.
class LockedError : public Error {
 public:
  using Error::Error;
};

// The request cannot be meant: an unknown, contradictory or out-of-range option. Exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

// The same of one setting that is to blame.
class SettingError : public UsageError {
 public:
  // what() is "`setting` problem", without the blank before a colon, and behind that "; remedy" if
  // there is one: for ("layers", "40: expected a whole number from 1 to 16") as above.
  SettingError(std::string setting, std::string problem, std::string remedy = "")
      : UsageError("`" + setting + (problem.starts_with(':') ? "`" : "` ") + problem +
                   (remedy.empty() ? "" : "; " + remedy)),
        setting_(std::move(setting)),
        problem_(std::move(problem)),
        remedy_(std::move(remedy)) {}

  // The same, whose what() begins with the place that the setting stands in, as "c.ini:3: ".
  SettingError(const SettingError& error, const std::string& place)
      : UsageError(place + error.what()),
        place_(place),
        setting_(error.setting_),
        problem_(error.problem_),
        remedy_(error.remedy_) {}

  const std::string& place() const { return place_; }      // may be empty
  const std::string& setting() const { return setting_; }  // its name, as "layers"
  const std::string& problem() const { return problem_; }
  const std::string& remedy() const { return remedy_; }  // what to do; may be empty

 private:
  std::string place_, setting_, problem_, remedy_;
};

}  // namespace mnemo
