// What the training of any task shares around its loop.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/compute.h"
#include "app/console.h"
#include "app/task.h"
#include "app/training/fit.h"

namespace mnemo {

// meta.json's account of a run: task, model, data, and the machine it ran on.
nlohmann::json describe_run(Task task, nlohmann::json settings, nlohmann::json data,
                            const FitOptions& fit, at::ScalarType compute_type, int64_t threads);

// Tells how a training ended and returns the exit code. Throws Error when it diverged.
int report_end(const FitResult& result, const ObjectiveWords& words, const std::string& out,
               double seconds, Console& console);

}  // namespace mnemo
