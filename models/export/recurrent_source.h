// TorchScript for recurrent layers, of LibTorch's stock operators.
#pragma once

#include <cstdint>
#include <string>

#include "models/recurrent/recurrent_encoder.h"

namespace mnemo {

// A call of `layers` layers in one direction over (B, T, F). `prefix` is that of the parameters'
// attributes, `suffixes` what stands behind "weight_ih" and so on, e.g. "_l0". `hidden` and `cell`
// name (layers, B, H) states. The call gives (values, hidden), and of an LSTM (values, hidden,
// cell).
std::string recurrent_call(Cell cell, Activation activation, const std::string& input,
                           const std::string& hidden, const std::string& cell_state,
                           const std::string& prefix, const std::vector<std::string>& suffixes);

// "encoder.weight_ih_l0" -> "encoder_weight_ih_l0", the name of the script's attribute.
std::string torchscript_name(std::string state_dict_name);

}  // namespace mnemo
