// Each call of the public library stands in this: threads and gradients as the caller had them, and
// mnemo::Error where anything else would be thrown.
#pragma once

#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <new>
#include <string>
#include <utility>

#include "app/runs/stored_model.h"
#include "app/settings/compute.h"
#include "app/support/memory.h"
#include "mnemo/error.h"
#include "mnemo/options.h"
#include "mnemo/reporter.h"
#include "models/parallel.h"

namespace mnemo {

// Returns what `function` does; LibTorch computes with `threads` within it.
template <typename Function>
auto library_call(int64_t threads, const Function& function) {
  try {
    const CallerThreads of_call(threads);
    const c10::InferenceMode gradients_as_if_fresh(false);
    return function();
  } catch (const Error&) {
    throw;
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    throw Error(is_out_of_memory(message) ? "out of memory" : message);
  } catch (const std::bad_alloc&) {
    throw Error("out of memory");
  } catch (const std::exception& error) {
    throw Error(error.what());
  } catch (...) {  // of the caller's own functions
    throw Error("something was thrown that is no std::exception");
  }
}

// Throws UsageError for what cannot be meant. Its threads are never 0.
ComputeOptions compute_of(const LoadOptions& options);

// The model at `path`; throws Error for one of another task.
StoredModel open_for(const std::filesystem::path& path, Task wanted);

// Says what is to be heard to `warn`, if there is one.
class LibraryReporter : public Reporter {
 public:
  explicit LibraryReporter(const std::function<void(const std::string&)>& warn) : warn_(warn) {}
  void warn(const std::string& text) override {
    if (warn_) warn_(text);
  }

 private:
  const std::function<void(const std::string&)>& warn_;
};

}  // namespace mnemo
