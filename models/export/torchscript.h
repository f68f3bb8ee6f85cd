// Models as self-contained TorchScript files. With torchscript_source, the only code that knows
// torch::jit.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/text_classifier.h"
#include "models/torch_api.h"

namespace mnemo {

using ExtraFiles = std::map<std::string, std::string>;  // name -> content, kept beside the program

// The bytes of a TorchScript file with `extra_files` inside. Before it returns, the bytes are
// loaded again and compared with the model at three batch sizes and lengths; a difference above
// 1e-5 in any probability throws Error.
std::string export_torchscript(TextClassifier& model, const ExtraFiles& extra_files);

// A loaded export.
class TorchScriptClassifier {
 public:
  // Throws Error when the bytes are no intact TorchScript file that has all of `extra_names`.
  // `name` stands in messages.
  TorchScriptClassifier(const std::string& bytes, const std::vector<std::string>& extra_names,
                        const std::string& name);
  TorchScriptClassifier(TorchScriptClassifier&&) noexcept;
  TorchScriptClassifier& operator=(TorchScriptClassifier&&) noexcept;
  ~TorchScriptClassifier();

  const ExtraFiles& extra_files() const { return extra_files_; }
  void to(at::Device device);
  // tokens (B, T) int64, right-padded with 0; lengths (B) int64 -> (B, C) fp32.
  at::Tensor probabilities(const at::Tensor& tokens, const at::Tensor& lengths);

 private:
  struct Module;
  std::unique_ptr<Module> module_;
  ExtraFiles extra_files_;
};

}  // namespace mnemo
