// Who hears what happens while mnemo works: a terminal, or a program that uses mnemo as a library.
#pragma once

#include <functional>
#include <string>

namespace mnemo {

// Where parts that do not print send their warnings.
using Warn = std::function<void(const std::string&)>;

class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void warn(const std::string& text) = 0;
  // How far it is; a line that takes the place of the one before.
  virtual void progress(const std::string& text) = 0;
  virtual void end_progress() = 0;

  // For parts that warn and do nothing else; the reporter outlives it.
  Warn as_warn() {
    return [this](const std::string& text) { warn(text); };
  }
};

}  // namespace mnemo
