#include "models/initialization.h"

#include <cmath>
#include <optional>
#include <string>

namespace mnemo {
namespace {

void uniform(at::Tensor& parameter, double bound, const at::Generator& generator) {
  parameter.uniform_(-bound, bound, generator);
}

// torch.nn.init.xavier_uniform_ of a (rows, columns) matrix.
double xavier_bound(const at::Tensor& weight) {
  return std::sqrt(6.0 / static_cast<double>(weight.size(0) + weight.size(1)));
}

double fan_in_bound(int64_t fan_in) { return 1.0 / std::sqrt(static_cast<double>(fan_in)); }

// PyTorch's gate order is input, forget, cell, output. The bias is split over bias_ih and bias_hh,
// which are added, so only one of them takes it.
void add_forget_bias(at::Tensor& bias_ih, int64_t hidden_size, double value) {
  bias_ih.narrow(0, hidden_size, hidden_size).add_(value);
}

}  // namespace

void initialize_parameters(TextClassifierImpl& model, const InitializationOptions& options,
                           at::Generator generator) {
  const at::NoGradGuard no_grad;
  const auto& encoder = model.options().encoder;
  int64_t dense_fan_in = 0;
  for (auto& item : model.named_parameters()) {
    const std::string& name = item.key();
    at::Tensor& parameter = item.value();
    if (name == "embedding.weight") {
      parameter.normal_(0.0, options.embedding_std, generator);
      parameter[0].zero_();
    } else if (name.starts_with("encoder.")) {
      uniform(parameter, fan_in_bound(encoder.hidden_size), generator);
      if (encoder.cell == Cell::lstm && name.starts_with("encoder.bias_ih")) {
        add_forget_bias(parameter, encoder.hidden_size, options.forget_bias);
      }
    } else if (name == "pooling.attention.in_proj_weight") {
      uniform(parameter, xavier_bound(parameter), generator);
    } else if (name == "pooling.attention.out_proj.weight") {
      uniform(parameter, fan_in_bound(parameter.size(1)), generator);
    } else if (name == "dense.weight") {
      dense_fan_in = parameter.size(1);
      uniform(parameter, fan_in_bound(dense_fan_in), generator);
    } else if (name == "dense.bias") {
      uniform(parameter, fan_in_bound(dense_fan_in), generator);
    } else if (name == "batch_norm.weight") {
      parameter.fill_(1.0);
    } else {
      parameter.zero_();  // biases of attention and batch norm
    }
  }
}

}  // namespace mnemo
