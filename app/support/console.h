// What a person sees while mnemo works: notes, warnings and one progress line, all on stderr.
#pragma once

#include <chrono>
#include <string>

#include "app/support/reporter.h"

namespace mnemo {

class Console : public Reporter {
 public:
  explicit Console(bool quiet);

  // True when stderr is a terminal and mnemo is not to be quiet: a line can be rewritten.
  bool live() const { return live_; }
  bool quiet() const { return quiet_; }

  // A line for the record; dropped when quiet.
  void note(const std::string& text);
  // Never dropped.
  void warn(const std::string& text) override;
  // Rewrites the progress line, at most ten times a second; nothing unless live().
  void progress(const std::string& text) override;
  // Wipes the progress line.
  void end_progress() override;

 private:
  bool quiet_;
  bool live_;
  bool line_open_ = false;
  std::chrono::steady_clock::time_point last_progress_{};
};

// "1:05" or "2:03:10".
std::string format_duration(double seconds);
// "12,345".
std::string format_count(double number);

}  // namespace mnemo
