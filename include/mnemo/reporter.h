// A terminal, a notebook or a log hears here what mnemo does while it works. Libraries print
// nothing.
#pragma once

#include <functional>
#include <string>

namespace mnemo {

// Parts that only warn send their warnings here.
using Warn = std::function<void(const std::string&)>;

// Drops all it hears; override what is wanted. Messages are UTF-8 on one or more lines, without a
// newline at the end, and name settings in backquotes, as errors do. One thread at a time calls.
class Reporter {
 public:
  virtual ~Reporter() = default;

  // A line for the record.
  virtual void note(const std::string& /*text*/) {}
  // Something that the user should know or mend.
  virtual void warn(const std::string& /*text*/) {}
  // How far something is: each replaces the one before.
  virtual void progress(const std::string& /*text*/) {}
  // The work that progress() told of is over.
  virtual void end_progress() {}
  // True when progress() is shown: else nobody needs to find out how far it is.
  virtual bool shows_progress() const { return false; }

  // For parts that warn and do nothing else; the reporter outlives it.
  Warn as_warn() {
    return [this](const std::string& text) { warn(text); };
  }
};

}  // namespace mnemo
