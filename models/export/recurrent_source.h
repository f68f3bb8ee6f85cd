// TorchScript for recurrent layers, as their cells define it.
#pragma once

#include <string>
#include <vector>

#include "models/recurrent/recurrent_encoder.h"

namespace mnemo {

// A call of one direction of a layer over `input` (B, T, F), an expression that gives a tuple: the
// hidden state at every step, and each state after the last one. `states` names (1, B, H) tensors,
// one for each state of the cell. `prefix` is that of the parameters' attributes, `suffix` stands
// behind "weight_ih" and so on, e.g. "_l0".
std::string recurrent_call(Cell cell, Activation activation, const std::string& input,
                           const std::vector<std::string>& states, const std::string& prefix,
                           const std::string& suffix);

// The same from states of zero, which `zeros` names.
std::string recurrent_call_from_zeros(Cell cell, Activation activation, const std::string& input,
                                      const std::string& zeros, const std::string& prefix,
                                      const std::string& suffix);

// The methods that calls in `source` need; empty for cells that LibTorch has operators for.
std::string recurrent_methods(const std::string& source);

// "encoder.weight_ih_l0" -> "encoder_weight_ih_l0", the name of the script's attribute.
std::string torchscript_name(std::string state_dict_name);

}  // namespace mnemo
