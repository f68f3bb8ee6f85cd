// A person at a terminal sees this while mnemo works: notes, warnings and one progress line, all on
// stderr.
#pragma once

#include <chrono>
#include <string>

#include "mnemo/reporter.h"

namespace mnemo {

class Console : public Reporter {
 public:
  // `quiet`: says nothing but warnings.
  explicit Console(bool quiet);

  void note(const std::string& text) override;
  void warn(const std::string& text) override;
  // Rewrites the progress line, at most ten times a second.
  void progress(const std::string& text) override;
  // Wipes the progress line.
  void end_progress() override;
  // True when stderr is a terminal and mnemo is not to be quiet: a line can be rewritten.
  bool shows_progress() const override { return live_; }

 private:
  bool quiet_;
  bool live_;
  bool line_open_ = false;
  std::chrono::steady_clock::time_point last_progress_{};
};

}  // namespace mnemo
