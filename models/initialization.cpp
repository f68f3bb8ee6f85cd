#include "models/initialization.h"

#include <cmath>
#include <map>
#include <string>

#include "models/recurrent/recurrent_encoder.h"

namespace mnemo {
namespace {

void uniform(at::Tensor& parameter, double bound, const at::Generator& generator) {
  parameter.uniform_(-bound, bound, generator);
}

// torch.nn.init.xavier_uniform_ of a (rows, columns) matrix.
double xavier_bound(const at::Tensor& weight) {
  return std::sqrt(6.0 / static_cast<double>(weight.size(0) + weight.size(1)));
}

void xavier_uniform(at::Tensor& weight, const at::Generator& generator) {
  uniform(weight, xavier_bound(weight), generator);
}

// weight (gates * H, H). The signs make every orthogonal matrix equally likely, as
// torch.nn.init.orthogonal_ does.
void orthogonal_gates(at::Tensor& weight, const at::Generator& generator) {
  for (auto& gate : weight.split(weight.size(1))) {
    const auto [q, r] = at::linalg_qr(at::empty_like(gate).normal_(0.0, 1.0, generator));
    gate.copy_(q * r.diagonal().sign());
  }
}

double fan_in_bound(int64_t fan_in) { return 1.0 / std::sqrt(static_cast<double>(fan_in)); }

// "a.b.weight" -> "a.b." and "weight"
struct SplitName {
  std::string prefix, leaf;

  explicit SplitName(const std::string& name) {
    const size_t dot = name.rfind('.');
    const size_t begin = dot == std::string::npos ? 0 : dot + 1;
    prefix = name.substr(0, begin);
    leaf = name.substr(begin);
  }
};

constexpr double kPositionStd = 0.02;  // of learned positions, as Devlin et al. 2019

// "batch_norm.", "encoder.layer_norm_l1.", "encoder.layers.0.norm2."
bool is_norm(const std::string& prefix) { return prefix.find("norm") != std::string::npos; }

// The recurrent layers in a model, by the prefix of their parameters.
std::map<std::string, const RecurrentEncoderImpl*> recurrent_layers(torch::nn::Module& model) {
  std::map<std::string, const RecurrentEncoderImpl*> layers;
  for (const auto& item : model.named_modules("", /*include_self=*/true)) {
    const auto* encoder = dynamic_cast<const RecurrentEncoderImpl*>(item.value().get());
    if (encoder != nullptr) layers[item.key().empty() ? "" : item.key() + "."] = encoder;
  }
  return layers;
}

// A parameter of a cell.
void draw_recurrent(at::Tensor& parameter, const CellParameter& kind, const RecurrentOptions& layer,
                    const InitializationOptions& options, const at::Generator& generator) {
  if (kind.role == CellRole::recurrent && options.recurrent == RecurrentInit::orthogonal) {
    orthogonal_gates(parameter, generator);
  } else if (kind.role == CellRole::input && options.dense == DenseInit::xavier) {
    xavier_uniform(parameter, generator);
  } else if (kind.role == CellRole::bias && options.dense == DenseInit::xavier) {
    parameter.zero_();
  } else {
    uniform(parameter, fan_in_bound(layer.hidden_size), generator);
  }
  const auto& forget = definition_of(layer.cell).forget_bias;
  if (forget && forget->parameter == kind.name) {
    parameter.narrow(0, forget->gate * layer.hidden_size, layer.hidden_size)
        .add_(options.forget_bias);
  }
}

// Weight or bias of a dense layer.
void draw_dense(at::Tensor& parameter, int64_t fan_in, DenseInit init,
                const at::Generator& generator) {
  if (init == DenseInit::pytorch) {
    uniform(parameter, fan_in_bound(fan_in), generator);
  } else if (parameter.dim() == 1) {
    parameter.zero_();
  } else {
    xavier_uniform(parameter, generator);
  }
}

}  // namespace

void initialize_parameters(torch::nn::Module& model, const InitializationOptions& options,
                           at::Generator generator) {
  const at::NoGradGuard no_grad;
  const auto parameters = model.named_parameters();
  const auto recurrent = recurrent_layers(model);
  for (const auto& item : parameters) {
    const SplitName name(item.key());
    at::Tensor parameter = item.value();
    const bool of_attention =
        name.prefix.ends_with("attention.") || name.prefix.ends_with("attention.out_proj.") ||
        name.prefix.ends_with("self_attn.") || name.prefix.ends_with("self_attn.out_proj.");
    const auto layers = recurrent.find(name.prefix);
    const auto* kind =
        layers == recurrent.end() ? nullptr : layers->second->parameter_of(name.leaf);
    if (kind != nullptr) {
      draw_recurrent(parameter, *kind, layers->second->options(), options, generator);
    } else if (name.leaf.ends_with("embedding") || name.prefix.ends_with("embedding.")) {
      parameter.normal_(0.0, options.embedding_std, generator);
      if (name.prefix.ends_with("embedding.")) parameter[0].zero_();
      // The last word of a column stands for those that no row to learn from has.
      if (name.leaf.starts_with("column_")) parameter[-1].zero_();
    } else if (name.leaf == "positions") {
      parameter.normal_(0.0, kPositionStd, generator);
    } else if (is_norm(name.prefix)) {
      parameter.fill_(name.leaf == "weight" ? 1.0 : 0.0);
    } else if (name.leaf == "in_proj_weight") {
      xavier_uniform(parameter, generator);
    } else if (of_attention && parameter.dim() == 1) {
      parameter.zero_();
    } else if (!parameters.contains(name.prefix + "weight")) {
      parameter.zero_();  // a bias of its own, of a tied output embedding
    } else {
      draw_dense(parameter, parameters[name.prefix + "weight"].size(1), options.dense, generator);
    }
  }
}

}  // namespace mnemo
