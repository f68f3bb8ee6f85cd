// The options of one command as words of a command line: an OptionSet that reads these, and tells
// its help. With its .cpp, the only code that knows Boost.Program_options.
#pragma once

#include <boost/program_options.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/settings/option_set.h"

namespace mnemo {

class OptionTable : public OptionSet {
 public:
  // `usage`: the first line of the help, e.g. "mnemo evaluate RUN|MODEL --data FILE".
  OptionTable(std::string usage, std::string summary);

  // The nameless first argument, e.g. RUN.
  void positional(const char* name, std::string& field);
  // All nameless arguments, e.g. RUN...
  void positionals(const char* name, std::vector<std::string>& field);

  // Leaves the file that --config names to the caller.
  void leave_config() { leaves_config_ = true; }

  // Reads `arguments`, then the file that --config names if there is one, and writes the fields.
  // Throws UsageError for what is unknown (with the nearest name), repeated, or out of range; of
  // what is wrong in the config file, it names the line. False: help was asked for.
  bool parse(const std::vector<std::string>& arguments);

  // Takes out of `arguments` those that are options of another command and their values, and
  // returns them. A value stands behind its name or is joined to it by "=".
  std::vector<std::string> take_foreign(std::vector<std::string>& arguments) const;

  std::string help() const;

 private:
  void store_command_line(const std::vector<std::string>& arguments);
  std::vector<std::string> as_boost_reads(const std::vector<std::string>& arguments) const;
  boost::program_options::options_description described(const Group& group) const;

  std::string usage_;
  std::string summary_;
  bool wants_help_ = false;
  std::map<std::string, std::string*> nameless_;                     // the first argument
  std::map<std::string, std::vector<std::string>*> nameless_lists_;  // all of them
  boost::program_options::positional_options_description positional_;
  bool leaves_config_ = false;
};

}  // namespace mnemo
