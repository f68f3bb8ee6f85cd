#include "python/src/listener.h"

#include <utility>

namespace mnemo::python {
namespace {

constexpr std::chrono::milliseconds kBetweenLines(100), kBetweenLooks(50);

nb::dict to_dict(const TrainedEpoch& told) {
  nb::dict figures;
  figures["epoch"] = told.epoch;
  figures["epochs"] = told.epochs;
  for (const auto& [name, value] : told.figures) figures[to_str(name)] = value;
  return figures;
}

}  // namespace

Listener::Listener(nb::object listener)
    : listener_(std::move(listener)),
      shows_progress_(nb::cast<bool>(listener_.attr("shows_progress"))) {}

template <typename... Arguments>
void Listener::tell(const char* method, const Arguments&... arguments) {
  if (raised_) return;
  try {
    const nb::object answer = listener_.attr(method)(arguments...);
    stops_ = stops_ || answer.is(nb::borrow(Py_True));
  } catch (const nb::python_error& error) {
    stops_ = true;
    if (error.matches(PyExc_KeyboardInterrupt)) {
      is_interrupted_ = true;
    } else {
      raised_.emplace(error);
    }
  }
}

void Listener::note(const std::string& text) {
  const nb::gil_scoped_acquire lock;
  tell("note", to_message(text));
}

void Listener::warn(const std::string& text) {
  const nb::gil_scoped_acquire lock;
  tell("warn", to_message(text));
}

void Listener::progress(const std::string& text) {
  if (!shows_progress_ || Clock::now() - last_progress_ < kBetweenLines) return;
  const nb::gil_scoped_acquire lock;
  tell("progress", to_str(text));
  last_progress_ = Clock::now();
}

void Listener::end_progress() {
  if (!shows_progress_) return;
  const nb::gil_scoped_acquire lock;
  tell("end_progress");
}

void Listener::epoch(const TrainedEpoch& told) {
  const nb::gil_scoped_acquire lock;
  tell("epoch", to_dict(told));
}

bool Listener::should_stop() {
  if (stops_ || Clock::now() - last_look_ < kBetweenLooks) return stops_;
  const nb::gil_scoped_acquire lock;
  last_look_ = Clock::now();
  if (PyErr_CheckSignals() == 0) return false;
  stops_ = true;
  if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) != 0) {
    is_interrupted_ = true;
    PyErr_Clear();
  } else {
    raised_.emplace();  // another signal's handler has raised
  }
  return true;
}

void Listener::raise_what_was_raised() {
  if (!raised_) return;
  const nb::python_error error = *std::exchange(raised_, std::nullopt);
  throw error;
}

}  // namespace mnemo::python
