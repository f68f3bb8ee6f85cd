// A Python object that hears how a training goes.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "mnemo/reporter.h"
#include "python/src/bindings.h"

namespace mnemo::python {

// Calls the methods note, warn, progress, end_progress and epoch of a Python object, which may be
// called in any thread. A method that raises ends the training; so do one that returns True, and
// Ctrl-C where the training runs in Python's main thread, be it while a method runs.
class Listener : public Reporter {
 public:
  // Needs the interpreter's lock.
  explicit Listener(nb::object listener);

  void note(const std::string& text) override;
  void warn(const std::string& text) override;
  void progress(const std::string& text) override;
  void end_progress() override;
  void epoch(const TrainedEpoch& told) override;
  bool shows_progress() const override { return shows_progress_; }

  // True when the training is to end after the step at hand. It looks for Ctrl-C a few times a
  // second at most, since it takes the interpreter's lock for that.
  bool should_stop();

  // Raises again, needing the lock, what a method has raised.
  void raise_what_was_raised();
  // True when Ctrl-C has ended the training.
  bool is_interrupted() const { return is_interrupted_; }

 private:
  using Clock = std::chrono::steady_clock;

  template <typename... Arguments>
  void tell(const char* method, const Arguments&... arguments);

  nb::object listener_;
  bool shows_progress_;
  bool stops_ = false;
  bool is_interrupted_ = false;
  std::optional<nb::python_error> raised_;
  Clock::time_point last_progress_ = {}, last_look_ = {};
};

}  // namespace mnemo::python
