// TorchScript files: writing modules, loading them again. This file and those beside it are the
// only code that knows torch::jit.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/torch_api.h"

namespace mnemo {

using ExtraFiles = std::map<std::string, std::string>;  // name -> content, kept beside the program

// The bytes of a TorchScript file: a module with the parameters and buffers of `model` under their
// torchscript_name(), the method that `source` defines, and `extra_files`. A buffer that `instead`
// names is kept as it stands there.
std::string to_torchscript(const torch::nn::Module& model, const std::string& class_name,
                           const std::string& source, const ExtraFiles& extra_files,
                           const std::map<std::string, at::Tensor>& instead = {});

// Throws Error unless the exported answer `found` is `expected` up to fp32 rounding: 1e-5 of the
// largest expected number, and of 1. `where` names the probe.
void require_equal_export(const at::Tensor& expected, const at::Tensor& found,
                          const std::string& where);

// A loaded file.
class TorchScriptModel {
 public:
  // Throws Error when the bytes are no intact TorchScript file. `name` stands in messages. The
  // files among `extra_names` that it holds are loaded with it.
  TorchScriptModel(const std::string& bytes, const std::vector<std::string>& extra_names,
                   const std::string& name);
  TorchScriptModel(TorchScriptModel&&) noexcept;
  TorchScriptModel& operator=(TorchScriptModel&&) noexcept;
  ~TorchScriptModel();

  const ExtraFiles& extra_files() const { return extra_files_; }
  void to(at::Device device);
  // The type of the buffer of that name.
  at::ScalarType type_of(const std::string& buffer) const;
  // Inference, from as many threads as you like. For what to give and what comes, see the exports
  // beside this file.
  at::Tensor forward(const std::vector<at::Tensor>& inputs) const;

 private:
  struct Module;
  std::unique_ptr<Module> module_;
  ExtraFiles extra_files_;
};

}  // namespace mnemo
