// Looks into steps of a training and makes a record of each. It changes nothing of the training:
// not the model, nor its gradients, nor any random number.
#pragma once

#include <vector>

#include "app/diagnosis/diagnosis_options.h"
#include "app/diagnosis/probe_reading.h"
#include "app/diagnosis/record.h"
#include "app/training/fit.h"

namespace mnemo {

class DiagnosisRecorder {
 public:
  explicit DiagnosisRecorder(Objective& objective);

  // Runs the step's batch (its first samples) once more, without dropout, and keeps the weights to
  // compare with.
  void before_update(const UpdateReport& report);
  DiagnosisRecord after_update();

 private:
  Objective& objective_;
  std::vector<ParameterGroup> groups_;
  DiagnosisRecord record_;
  std::vector<std::vector<at::Tensor>> weights_;  // of each group, before the update
};

}  // namespace mnemo
