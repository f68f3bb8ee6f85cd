#include "app/diagnosis/probe_reading.h"

#include <fmt/format.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "app/diagnosis/thresholds.h"
#include "app/settings/enum_tables.h"

namespace mnemo {
namespace {

// "weight_ih_l0_reverse" -> "l0_reverse", "weight" -> "".
std::string part_of_layer(const std::string& parameter) {
  const auto part = parameter.rfind("_l");
  const bool has_number = part != std::string::npos && part + 2 < parameter.size() &&
                          std::isdigit(static_cast<unsigned char>(parameter[part + 2])) != 0;
  return has_number ? parameter.substr(part + 1) : "";
}

std::string group_name(const std::string& parameter) {
  const auto dot = parameter.rfind('.');
  const std::string module = dot == std::string::npos ? "" : parameter.substr(0, dot);
  const std::string own = dot == std::string::npos ? parameter : parameter.substr(dot + 1);
  if (module.empty()) return own;
  const std::string part = part_of_layer(own);
  return part.empty() ? module : fmt::format("{}.{}", module, part);
}

// Zeros for states that the output does not depend on.
std::vector<at::Tensor> gradients_of(const std::vector<at::Tensor>& states,
                                     const at::Tensor& output,
                                     const std::vector<at::Tensor>& grad_outputs) {
  auto gradients = torch::autograd::grad({output}, states, grad_outputs, /*retain_graph=*/true,
                                         /*create_graph=*/false, /*allow_unused=*/true);
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) gradients[i] = at::zeros_like(states[i]);
  }
  return gradients;
}

// The gradients of each pass's states, packed as these are: (N, H).
std::vector<at::Tensor> state_gradients(const at::Tensor& loss_sum, const RecurrentProbe& probe) {
  std::vector<at::Tensor> states;
  for (const auto& pass : probe.passes) {
    states.insert(states.end(), pass.hidden.begin(), pass.hidden.end());
  }
  if (states.empty()) return {};
  const auto gradients = gradients_of(states, loss_sum, {});
  std::vector<at::Tensor> packed;
  auto next = gradients.begin();
  for (const auto& pass : probe.passes) {
    const auto end = next + std::ssize(pass.hidden);
    packed.push_back(at::cat(std::vector<at::Tensor>(next, end)));
    next = end;
  }
  return packed;
}

// A figure of the states at each distance from the end, summed over the sequences that are longer.
// `figure` (N): of each state.
struct ByDistance {
  std::vector<double> sum;
  std::vector<double> at_end;  // of the same sequences the sum at distance 0
  std::vector<int64_t> sequences;
};

ByDistance by_distance(const at::Tensor& figure, const SequenceLayout& layout,
                       const std::vector<int64_t>& distances) {
  const auto numbers = figure.to(at::kCPU, at::kDouble).contiguous();
  const double* of_state = numbers.const_data_ptr<double>();
  const auto offsets = layout.step_offsets();
  const auto at_step = [&](int64_t step, size_t sequence) {
    return of_state[offsets[static_cast<size_t>(step)] + static_cast<int64_t>(sequence)];
  };
  ByDistance result;
  for (const int64_t distance : distances) {
    double sum = 0.0, end = 0.0;
    int64_t sequences = 0;
    for (size_t b = 0; b < layout.lengths.size() && layout.lengths[b] > distance; ++b) {
      const int64_t last = layout.lengths[b] - 1;
      sum += at_step(last - distance, b);
      end += at_step(last, b);
      ++sequences;
    }
    result.sum.push_back(sum);
    result.at_end.push_back(end);
    result.sequences.push_back(sequences);
  }
  return result;
}

GateRecord read_gate(const ProbedGate& gate) {
  const bool is_sigmoid = gate.squash == Squash::sigmoid;
  // A relu has no other end to be saturated at; its units that never act are dead ones.
  const bool has_high = gate.squash != Squash::relu;
  const auto low =
      is_sigmoid ? gate.values.lt(kClosedGate) : at::zeros_like(gate.values, at::kBool);
  const auto high =
      has_high ? gate.values.abs().gt(kOpenGate) : at::zeros_like(gate.values, at::kBool);
  const auto share = [](const at::Tensor& of) { return of.to(at::kFloat).mean().item<double>(); };
  const auto stuck = [&](const at::Tensor& of) {
    return share(of.to(at::kFloat).mean(0).ge(kStuckShare));
  };
  return {.name = gate.name,
          .low = share(low),
          .high = share(high),
          .stuck_low = stuck(low),
          .stuck_high = stuck(high)};
}

// gradients (N, H): of the pass's states.
PassRecord read_pass(const ProbedPass& pass, const at::Tensor& gradients) {
  const auto& layout = pass.layout;
  const auto states = at::cat(pass.hidden);  // (N, H)
  PassRecord record{.name = {},
                    .cell = enum_name(pass.cell),
                    .steps = layout.steps(),
                    .units = states.size(1),
                    .distances = probed_distances(layout.steps())};
  record.dead = states.detach()
                    .std(0, /*unbiased=*/false)
                    .lt(kDeadDeviation)
                    .to(at::kFloat)
                    .mean()
                    .item<double>();
  for (const auto& gate : pass.gates) record.gates.push_back(read_gate(gate));

  const auto total = by_distance(gradients.norm(2, {1}), layout, record.distances);
  for (size_t i = 0; i < total.sum.size(); ++i) {
    record.gradient.push_back(total.sum[i] / static_cast<double>(total.sequences[i]));
  }
  // Only the gradient that comes back from the end through the recurrence counts, whatever else
  // sees the steps.
  const auto last = layout.last_rows().to(states.device());
  const auto carried = at::cat(gradients_of(pass.hidden, states.index_select(0, last),
                                            {gradients.index_select(0, last)}));  // (N, H)
  const auto memory = by_distance(carried.norm(2, {1}), layout, record.distances);
  if (std::ranges::any_of(memory.at_end, [](double end) { return end == 0.0; })) return record;
  for (size_t i = 0; i < memory.sum.size(); ++i) {
    record.memory.push_back(memory.sum[i] / memory.at_end[i]);
  }
  return record;
}

}  // namespace

std::vector<ParameterGroup> parameter_groups(const torch::nn::Module& model) {
  std::vector<ParameterGroup> groups;
  for (const auto& item : model.named_parameters()) {
    if (!item.value().requires_grad()) continue;
    const std::string name = group_name(item.key());
    auto group = std::ranges::find(groups, name, &ParameterGroup::name);
    if (group == groups.end())
      group = groups.insert(groups.end(), {.name = name, .parameters = {}});
    group->parameters.push_back(item.value());
  }
  return groups;
}

std::vector<int64_t> probed_distances(int64_t steps) {
  constexpr double kSpread = 1.15;
  std::vector<int64_t> distances;
  for (int64_t distance = 0; distance < steps - 1;
       distance =
           std::max(distance + 1, static_cast<int64_t>(kSpread * static_cast<double>(distance)))) {
    distances.push_back(distance);
  }
  distances.push_back(steps - 1);
  return distances;
}

std::vector<PassRecord> read_passes(const at::Tensor& loss_sum, const RecurrentProbe& probe,
                                    const std::vector<ParameterGroup>& groups) {
  std::vector<PassRecord> records;
  std::map<std::string, int> runs;
  const auto gradients = state_gradients(loss_sum, probe);
  for (size_t i = 0; i < probe.passes.size(); ++i) {
    const auto& pass = probe.passes[i];
    auto record = read_pass(pass, gradients[i]);
    for (const auto& group : groups) {
      const bool is_its = std::ranges::any_of(group.parameters, [&](const at::Tensor& parameter) {
        return parameter.is_same(pass.parameter);
      });
      if (is_its) record.name = group.name;
    }
    if (const int run = ++runs[record.name]; run > 1) record.name += fmt::format("#{}", run);
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace mnemo
