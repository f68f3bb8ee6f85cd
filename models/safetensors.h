// The safetensors file format: an 8-byte little-endian header length, a JSON header, raw tensor
// data. https://github.com/huggingface/safetensors
#pragma once

#include <ATen/ATen.h>

#include <map>
#include <string>
#include <string_view>

#include "models/torch_api.h"

namespace mnemo {

using NamedTensors = std::map<std::string, at::Tensor>;

// A module's parameters and buffers under their PyTorch state_dict names; they share storage.
NamedTensors named_tensors(const torch::nn::Module& module);

// The bytes of a safetensors file. Tensors may be fp32, fp64, bf16, fp16 or int64, on any device.
std::string to_safetensors(const NamedTensors& tensors);

// Reads such bytes into tensors of their own. `name` stands in messages. Throws Error for anything
// that is not a well-formed file: truncated data, overlapping or missing ranges, unknown types.
NamedTensors from_safetensors(std::string_view bytes, const std::string& name);

// Copies `tensors` into the module. Throws Error naming every missing, unexpected or wrongly shaped
// tensor (expected and found), and then changes nothing.
void load_tensors(torch::nn::Module& module, const NamedTensors& tensors, const std::string& name);

}  // namespace mnemo
