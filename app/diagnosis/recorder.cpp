#include "app/diagnosis/recorder.h"

#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

// More would cost time and memory, and the figures are means over units and steps, too.
constexpr int64_t kProbedSamples = 32;

}  // namespace

DiagnosisRecorder::DiagnosisRecorder(Objective& objective)
    : objective_(objective), groups_(parameter_groups(objective.model())) {}

void DiagnosisRecorder::before_update(const UpdateReport& report) {
  record_ = {.step = report.step,
             .epoch = report.epoch,
             .learning_rate = report.learning_rate,
             .gradient_norm = report.gradient_norm};
  {
    const EvaluationMode evaluation(objective_.model());
    const auto batch = first_samples(report.batch, kProbedSamples);
    RecurrentProbe probe;
    const auto loss = objective_.probe(batch, probe);
    record_.loss = loss.item<double>() / static_cast<double>(batch.targets.size(0));
    record_.passes = read_passes(loss, probe, groups_);
  }
  const at::NoGradGuard no_grad;
  weights_.clear();
  for (const auto& [name, parameters] : groups_) {
    std::vector<at::Tensor> weights;
    for (const auto& parameter : parameters) weights.push_back(parameter.detach().clone());
    record_.layers.push_back({.name = name,
                              .gradient_norm = report.gradient_scale * gradient_norm(parameters),
                              .weight_norm = global_norm(weights)});
    weights_.push_back(std::move(weights));
  }
}

DiagnosisRecord DiagnosisRecorder::after_update() {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < groups_.size(); ++i) {
    std::vector<at::Tensor> changes;
    for (size_t j = 0; j < weights_[i].size(); ++j) {
      changes.push_back(groups_[i].parameters[j].detach() - weights_[i][j]);
    }
    record_.layers[i].update_norm = global_norm(changes);
  }
  weights_.clear();
  return std::exchange(record_, {});
}

}  // namespace mnemo
