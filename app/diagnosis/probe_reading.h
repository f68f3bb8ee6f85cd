// Reads what recurrent layers left in a probe, and gives the figures of a record.
#pragma once

#include <string>
#include <vector>

#include "app/diagnosis/record.h"
#include "models/recurrent/recurrent_probe.h"
#include "models/torch_api.h"

namespace mnemo {

// Parameters that belong together: those of one layer, or of one direction of a recurrent layer.
struct ParameterGroup {
  std::string name;
  std::vector<at::Tensor> parameters;  // those that are trained
};

// A module is a group; of a recurrent one each end of a parameter's name is: "encoder.l0_reverse".
std::vector<ParameterGroup> parameter_groups(const torch::nn::Module& model);

// The distances at which gradients are recorded in sequences of `steps`: each at first, then ever
// farther apart, and the largest.
std::vector<int64_t> probed_distances(int64_t steps);

// `loss_sum`: the sum of the samples' losses, computed through the probed passes. Its graph is used
// up.
std::vector<PassRecord> read_passes(const at::Tensor& loss_sum, const RecurrentProbe& probe,
                                    const std::vector<ParameterGroup>& groups);

}  // namespace mnemo
