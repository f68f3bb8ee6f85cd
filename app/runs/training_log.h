// Records a run while it trains: metrics, best weights, and a line for the person who waits.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/diagnosis/recorder.h"
#include "app/runs/checkpoint.h"
#include "app/runs/run_folder.h"
#include "app/runs/tensorboard_log.h"
#include "app/training/fit.h"
#include "app/training/model_limits.h"
#include "mnemo/reporter.h"

namespace mnemo {

// The changes that a part brings which joins a model after its fit.
struct LateAddition {
  nlohmann::json settings = {};  // of the model as it is now
  nlohmann::json result = {};    // what changes in, or is new to, meta.json's
  LossSum valid = {};            // of the model as it is now
  int64_t parameters = 0;        // numbers that it has learnt
  double seconds = 0.0;          // that its training took
};

class TrainingLog : public FitObserver {
 public:
  // `meta`: what meta.json says of the run, apart from versions and hashes. `folder` has the run's
  // fixed files already. All outlive the log.
  TrainingLog(RunFolder& folder, Reporter& reporter, Objective& objective, nlohmann::json meta,
              OnCheckpointError on_error, const DiagnosisOptions& diagnosis);

  // Brings the folder to where it was at the checkpoint. Throws Error for one of other settings or
  // data.
  void resume(const Checkpoint& checkpoint);

  bool looks_into(int64_t step) override;
  void before_update(const UpdateReport& report) override;
  void after_update() override;
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;
  void on_checkpoint(const FitState& state) override;

  // The model has become another one, which is still to be saved.
  void add(const LateAddition& addition, const ModelCost& cost);

  // Says what the diagnosis found, and writes what became of the run; saves the model's weights
  // when that was not done or failed. Throws Error where it cannot. A checkpoint stays only when
  // the training was interrupted or paused.
  void finish(const FitResult& result);

  // After finish() of a paused training: what the run would keep, had it ended here. The model is
  // that one by now, with the addition if there is one; the folder keeps the other, to go on with.
  void note_outlook(const std::optional<LateAddition>& addition, const ModelCost& cost);

 private:
  // The things that the numbers of the training depend on besides its settings.
  nlohmann::json basis() const;
  // Returns false when `write` failed, and does then what on_error_ says.
  bool try_writing(const std::function<void()>& write);
  void finish_diagnosis();
  // Saves the run, of which the folder may have the weights already; or, where it cannot be written
  // any more, saves it in another folder, and throws an Error that names that.
  void save_at_the_end(bool has_weights);

  RunFolder& folder_;
  Reporter& reporter_;
  Objective& objective_;
  nlohmann::json meta_;
  OnCheckpointError on_error_;
  DiagnosisOptions diagnosis_;
  std::optional<DiagnosisRecorder> recorder_;  // with `diagnose`
  std::optional<TensorBoardLog> tensorboard_;  // with `tensorboard`
  bool weights_are_saved_ = false;             // those to keep
};

}  // namespace mnemo
