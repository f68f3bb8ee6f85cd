// Records a run while it trains: metrics, best weights, and a line for the person who waits.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/console.h"
#include "app/training/fit.h"
#include "app/training/run_folder.h"

namespace mnemo {

class TrainingLog : public FitObserver {
 public:
  // `meta`: what meta.json says of the run, apart from versions and hashes. All outlive the log.
  TrainingLog(RunFolder& folder, Console& console, Objective& objective, nlohmann::json meta);

  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;

  // Writes what became of the run; saves the model's weights when no epoch was good enough to.
  void finish(const FitResult& result);

 private:
  RunFolder& folder_;
  Console& console_;
  Objective& objective_;
  nlohmann::json meta_;
};

}  // namespace mnemo
