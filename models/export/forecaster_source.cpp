#include "models/export/forecaster_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "models/export/decoder_source.h"
#include "models/export/recurrent_source.h"
#include "models/export/sequence_source.h"
#include "models/export/transformer_source.h"

namespace mnemo {
namespace {

constexpr const char* kBegin = R"(
def forward(self, history: Tensor) -> Tensor:
    history = history if history.is_floating_point() else history.float()
    x = (history - self.feature_scaling_offset) / self.feature_scaling_scale
    x = x.to(self.dense_weight.dtype)
    batch = x.size(0)
)";

constexpr const char* kBeginByWindow = R"(
def forward(self, history: Tensor) -> Tensor:
    history = history if history.is_floating_point() else history.float()
    rows = history.double()
)";

// Leaves `window_offset` and `window_size`, by which each window is scaled, `window_moves`, 0 for
// a column that does not, and the scaled window `x`. See scale_of() of window_scaling.h.
std::string window_scaling_source(const ForecasterOptions& options) {
  std::string code = fmt::format("    values = rows[:, :{}]\n", options.lookback);
  code += options.window_scaling == WindowScaling::standard
              ? "    window_offset = values.mean([1], True)\n"
                "    window_size = values.var([1], False, True) ** 0.5\n"
              : "    window_offset = values.amin([1], True)\n"
                "    window_size = values.amax([1], True) - window_offset\n";
  code += fmt::format(
      "    window_moves = window_size > window_offset.abs() * {}\n"
      "    usual = torch.max(window_offset.abs(), self.feature_scaling_scale.double())\n"
      "    window_size = torch.where(window_moves, window_size, usual)\n",
      kLeastMovement);
  if (options.fixed_columns > 0) {
    for (const char* name : {"offset", "size"}) {
      code += fmt::format(
          "    fixed = self.feature_scaling_{1}[-{2}:].double()\n"
          "    fixed = fixed + torch.zeros_like(window_{0}[:, :, -{2}:])\n"
          "    window_{0} = torch.cat([window_{0}[:, :, :-{2}], fixed], 2)\n",
          name, std::string_view(name) == "size" ? "scale" : name, options.fixed_columns);
    }
  }
  return code +
         "    x = ((rows - window_offset) / window_size).to(self.dense_weight.dtype)\n"
         "    batch = x.size(0)\n";
}

std::string columns_tensor(const std::vector<int64_t>& columns) {
  return fmt::format("torch.tensor([{}], device=x.device)", fmt::join(columns, ", "));
}

std::string normalization_source(const ForecasterOptions& options) {
  // The fixed columns, the last ones, stay as they are.
  const auto but_fixed = [&](const char* name, const char* filled) {
    if (options.fixed_columns == 0) return std::string();
    return fmt::format("    {0} = torch.cat([{0}[:, :, :-{1}], torch.{2}({0}[:, :, -{1}:])], 2)\n",
                       name, options.fixed_columns, filled);
  };
  switch (options.normalization) {
    case WindowNormalization::none:
      return {};
    case WindowNormalization::last:
      return "    level = x[:, -1:]\n" + but_fixed("level", "zeros_like") + "    x = x - level\n";
    case WindowNormalization::reversible:
      return "    level = x.mean([1], True)\n" + but_fixed("level", "zeros_like") +
             fmt::format("    spread = (x.var([1], False, True) + {}) ** 0.5\n",
                         kLeastWindowVariance) +
             but_fixed("spread", "ones_like") + "    x = (x - level) / spread\n";
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled normalization");
}

// Leaves `x` (batch, rows, columns) with its words as numbers; `from`: its last columns are those
// that are known.
std::string words_source(const ForecasterOptions& options, const std::string& x) {
  const auto& words = options.known.words;
  const int64_t columns = options.known.columns();
  std::vector<std::string> numbers, embedded;
  for (int64_t i = 0; i < columns; ++i) {
    const int64_t count = words[static_cast<size_t>(i)];
    const auto column = fmt::format("last[:, :, {}", i);
    if (count == 0) {
      numbers.push_back(fmt::format("{0}:{1}]", column, i + 1));
    } else {
      embedded.push_back(
          fmt::format("torch.embedding(self.words_column_{}_embedding, "
                      "torch.clamp(torch.round({}]), 0, {}).long())",
                      i, column, count - 1));
    }
  }
  numbers.insert(numbers.end(), embedded.begin(), embedded.end());
  return fmt::format(
      "    last = {0}[:, :, -{1}:]\n    {0} = torch.cat([{0}[:, :, :-{1}], {2}], 2)\n", x, columns,
      fmt::join(numbers, ", "));
}

// Leaves what is known of the rows to come in `known` (batch, horizon, width), and in `x` those of
// the look-back.
std::string known_source(const ForecasterOptions& options) {
  if (options.known.empty()) return {};
  return fmt::format("    known = x[:, {0}:, -{1}:]\n    x = x[:, :{0}]\n", options.lookback,
                     options.known.columns()) +
         words_source(options, "known");
}

// Computes what each step adds by what is known of it, `more` (batch, sequences, steps, outputs),
// from `state` and `beside` (batch, steps, width).
std::string step_head_source(const std::string& state, const std::string& beside,
                             const std::string& steps) {
  return fmt::format(
      "    context = torch.linear({0}, self.step_head_context_weight, "
      "self.step_head_context_bias)\n"
      "    context = context.view([batch, -1, {2}, {3}])\n"
      "    context = torch.cat([context, {1}.unsqueeze(1).expand([-1, context.size(1), -1, -1])], "
      "3)\n"
      "    context = torch.relu(torch.linear(context, self.step_head_hidden_weight, "
      "self.step_head_hidden_bias))\n"
      "    more = torch.linear(context, self.step_head_output_weight, "
      "self.step_head_output_bias)\n",
      state, beside, steps, kStepContext);
}

std::string zeros(const std::string& batch, int64_t size) {
  return fmt::format("    zeros = torch.zeros([1, {}, {}], dtype=x.dtype, device=x.device)\n",
                     batch, size);
}

std::string stack_layers_source(const ForecasterOptions& options) {
  if (options.cell == Cell::transformer) {
    return transformer_source(options.transformer_encoder(), "stack_", "");
  }
  std::string code;
  for (size_t i = 0; i < options.hidden_sizes.size(); ++i) {
    if (i > 0) {
      code += norm_source(options.inner_norm, "x", "stack_", fmt::format("_{}", i));
    }
    code += zeros("batch", options.hidden_sizes[i]);
    code += fmt::format("    x = {}[0]\n",
                        recurrent_call_from_zeros(options.cell, Activation::tanh, "x", "zeros",
                                                  fmt::format("stack_{}_", i), "_l0"));
  }
  return code;
}

std::string stack_source(const ForecasterOptions& options) {
  std::string code;
  if (!options.known.empty()) code += words_source(options, "x");
  code += stack_layers_source(options);
  code += fmt::format(
      "    y = torch.linear(x[:, -1], self.dense_weight, self.dense_bias)\n"
      "    y = y.view([batch, {}, {}, {}])\n",
      options.horizon, options.targets(), options.outputs());
  if (options.known.empty()) return code;
  code += fmt::format("    beside = known.repeat_interleave({}, 1)\n", options.targets());
  code += step_head_source("x[:, -1]", "beside",
                           fmt::format("{}", options.horizon * options.targets()));
  return code + fmt::format("    y = y + more.view([batch, {}, {}, {}])\n", options.horizon,
                            options.targets(), options.outputs());
}

std::string segment_inputs_source(const ForecasterOptions& options) {
  const int64_t n = options.input_segments(), segment = options.segment;
  const int64_t missing = n * segment - options.lookback, targets = options.targets();
  std::string code;
  if (missing > 0) {
    code += fmt::format("    x = torch.cat([x[:, :1].expand([-1, {}, -1]), x], 1)\n", missing);
  }
  code += fmt::format(
      "    own = x.index_select(2, {}).view([batch, {}, {}, {}]).permute([0, 3, 1, 2])\n",
      columns_tensor(options.target_columns), n, segment, targets);
  const auto others = options.other_columns();
  if (!others.empty()) {
    code += fmt::format(
        "    beside = x.index_select(2, {}).view([batch, {}, {}, {}]).permute([0, 1, 3, 2])\n"
        "    beside = beside.flatten(2).unsqueeze(1).expand([-1, {}, -1, -1])\n"
        "    own = torch.cat([own, beside], 3)\n",
        columns_tensor(others), n, segment, others.size(), targets);
  }
  return code + "    own = own.flatten(0, 1)\n";
}

// Leaves `ahead` (batch, targets, m, H): for each of the m output segments, where it stands and
// whose it is.
std::string decoder_inputs_source(const ForecasterOptions& options) {
  return fmt::format(
      "    position = self.position_embedding.unsqueeze(0).expand([{0}, -1, -1])\n"
      "    target = self.target_embedding.unsqueeze(1).expand([-1, {1}, -1])\n"
      "    ahead = torch.cat([position, target], 2).unsqueeze(0).expand([batch, -1, -1, -1])\n",
      options.targets(), options.output_segments());
}

// Adds to `ahead` what is known of each segment.
std::string known_segments_source(const ForecasterOptions& options) {
  if (options.known.empty()) return {};
  const int64_t m = options.output_segments();
  return fmt::format(
      "    known = torch.constant_pad_nd(known, [0, 0, 0, {}])\n"
      "    ahead = ahead + torch.linear(known.reshape([batch, {}, -1]), "
      "self.known_projection_weight, self.known_projection_bias).unsqueeze(1)\n",
      m * options.segment - options.horizon, m);
}

// Leads from `inputs` (batch targets, n, H) and `ahead` to the output segments `y`: rows of H
// numbers in the order of `ahead`.
std::string decode_by_state_source(const ForecasterOptions& options) {
  const int64_t m = options.output_segments(), hidden = options.hidden_size;
  const auto& states = definition_of(options.cell).states;
  const auto keep_state = [&](int64_t layer) {
    std::string code;
    for (size_t i = 0; i < states.size(); ++i) {
      code += fmt::format(
          "    {}_{} = read[{}].unsqueeze(2).expand([-1, -1, {}, -1]).reshape([1, -1, {}])\n",
          states[i], layer, i + 1, m, hidden);
    }
    return code;
  };
  std::string code = zeros(fmt::format("batch * {}", options.targets()), hidden);
  code +=
      cell_layers_source(options, "inputs", "encoder_", begin_at_zeros(options.cell), keep_state);
  code += fmt::format("    ahead = ahead.reshape([-1, 1, {}])\n", hidden);
  code += cell_layers_source(options, "ahead", "encoder_", begin_at_kept_states(options.cell));
  return code + "    y = ahead[:, 0]\n";
}

std::string decode_by_queries_source(const ForecasterOptions& options) {
  return fmt::format("    x = torch.cat([inputs, ahead.reshape([-1, {}, {}])], 1)\n",
                     options.output_segments(), options.hidden_size) +
         transformer_source(options.transformer_encoder(), "encoder_", "") +
         fmt::format("    y = x[:, {}:]\n", options.input_segments());
}

std::string segments_source(const ForecasterOptions& options) {
  const std::string steps = fmt::format("{}", options.output_segments() * options.segment);
  const bool knows = !options.known.empty();
  return (knows ? words_source(options, "x") : std::string()) + segment_inputs_source(options) +
         "    inputs = torch.relu(torch.linear(own, self.projection_weight, "
         "self.projection_bias))\n" +
         decoder_inputs_source(options) + known_segments_source(options) +
         (options.cell == Cell::transformer ? decode_by_queries_source(options)
                                            : decode_by_state_source(options)) +
         (knows ? fmt::format("    state = y.reshape([batch, {}, {}, {}])\n", options.targets(),
                              options.output_segments(), options.hidden_size) +
                      step_head_source("state", "known", steps)
                : std::string()) +
         fmt::format(
             "    y = torch.linear(y, self.dense_weight, self.dense_bias)\n"
             "    y = (y.view([batch, {}, {}, {}]){})[:, :, :{}].transpose(1, 2)\n",
             options.targets(), steps, options.outputs(), knows ? " + more" : "", options.horizon);
}

// Leaves the linear part of the forecast, from the normalised window `x`.
std::string autoregression_source(const ForecasterOptions& options) {
  if (options.autoregression == 0) return {};
  return fmt::format(
      "    past = x[:, {}:].index_select(2, {}).transpose(1, 2)\n"
      "    linear = torch.linear(past, self.autoregression_weight, self.autoregression_bias)\n",
      options.lookback - options.autoregression, columns_tensor(options.target_columns));
}

std::string autoregression_sum_source(const ForecasterOptions& options) {
  if (options.autoregression == 0) return {};
  return fmt::format(
      "    change = (linear.transpose(1, 2) - y.select(3, {0})) * self.autoregression_share\n"
      "    y = y + torch.constant_pad_nd(change.unsqueeze(3), [{0}, {1}])\n",
      options.centre, options.outputs() - options.centre - 1);
}

std::string quantiles_source(const ForecasterOptions& options) {
  return fmt::format(
      "    gaps = torch.softplus(y)\n"
      "    middle = y.narrow(3, {0}, 1)\n"
      "    above = middle + gaps.narrow(3, {1}, {2}).cumsum(3)\n"
      "    below = middle - gaps.narrow(3, 0, {0}).flip([3]).cumsum(3).flip([3])\n"
      "    y = torch.cat([below, middle, above], 3)\n",
      options.centre, options.centre + 1, options.quantiles - options.centre - 1);
}

std::string ending_source(const ForecasterOptions& options) {
  std::string code;
  if (options.normalization != WindowNormalization::none) {
    code += fmt::format("    targets = {}\n", columns_tensor(options.target_columns));
    if (options.normalization == WindowNormalization::reversible) {
      code += "    y = y * spread.index_select(2, targets).unsqueeze(3)\n";
    }
    code += "    y = y + level.index_select(2, targets).unsqueeze(3)\n";
  }
  if (options.calibrated) {
    code += "    y = torch.cummax(y + self.calibration.unsqueeze(1), 3)[0]\n";
  }
  if (options.window_scaling == WindowScaling::none) {
    code +=
        "    y = y * self.target_scaling_scale.unsqueeze(1) + "
        "self.target_scaling_offset.unsqueeze(1)\n";
  } else {
    code += fmt::format(
        "    own = {}\n"
        "    y = y * (window_size * window_moves).index_select(2, own).unsqueeze(3)\n"
        "    y = y + window_offset.index_select(2, own).unsqueeze(3)\n",
        columns_tensor(options.target_columns));
  }
  if (options.non_negative) code += "    y = torch.clamp(y, min=0.0)\n";
  return code + (options.quantiles == 0 ? "    return y.squeeze(3).to(history.dtype)\n"
                                        : "    return y.to(history.dtype)\n");
}

// Leads from the normalised window `x` to what the layers say, `y` (batch, horizon, targets,
// outputs).
std::string model_source(const ForecasterOptions& options) {
  switch (options.model) {
    case ForecastModel::segments:
      return segments_source(options);
    case ForecastModel::stacked:
      return stack_source(options);
    case ForecastModel::decoder:
      return (options.known.empty() ? "" : words_source(options, "x")) + decoder_source(options);
    case ForecastModel::automatic:
      break;
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled model");
}

}  // namespace

std::string forecaster_source(const ForecasterOptions& options) {
  std::string code = options.window_scaling == WindowScaling::none
                         ? std::string(kBegin)
                         : kBeginByWindow + window_scaling_source(options);
  code += known_source(options) + normalization_source(options) + autoregression_source(options);
  code += model_source(options);
  code += autoregression_sum_source(options);
  if (options.quantiles > 0) code += quantiles_source(options);
  return code + ending_source(options);
}

}  // namespace mnemo
