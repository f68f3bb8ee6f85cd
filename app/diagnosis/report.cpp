#include "app/diagnosis/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/diagnosis/verdict.h"

namespace mnemo {
namespace {

constexpr size_t kLines = 12;  // of the table of probes, at most

// Probes at even distances, the first and the last among them.
std::vector<DiagnosisRecord> some_of(const std::vector<DiagnosisRecord>& probes) {
  if (probes.size() <= kLines) return probes;
  std::vector<DiagnosisRecord> some;
  for (size_t i = 0; i < kLines; ++i) {
    some.push_back(probes[i * (probes.size() - 1) / (kLines - 1)]);
  }
  return some;
}

// The shortest reach, as "14/99", among the recurrent layers that have steps to reach over.
std::string shortest_reach(const DiagnosisRecord& probe) {
  const PassRecord* shortest = nullptr;
  double least = 2.0;
  for (const auto& pass : probe.passes) {
    if (pass.steps < 2) continue;
    const double share = static_cast<double>(reach(pass.distances, pass.gradient)) /
                         static_cast<double>(pass.distances.back());
    if (share >= least) continue;
    least = share;
    shortest = &pass;
  }
  if (shortest == nullptr) return "-";
  return fmt::format("{}/{}", reach(shortest->distances, shortest->gradient),
                     shortest->distances.back());
}

std::string table_of_probes(const std::vector<DiagnosisRecord>& probes) {
  std::string text = fmt::format("{:>8} {:>6} {:>10} {:>10} {:>14} {:>10} {:>6}\n", "step", "epoch",
                                 "loss", "gradient", "update/weight", "reach", "dead");
  for (const auto& probe : some_of(probes)) {
    double dead = 0.0;
    for (const auto& pass : probe.passes) dead = std::max(dead, pass.dead);
    text += fmt::format("{:>8} {:>6} {:>10.4g} {:>10.3g} {:>14.1e} {:>10} {:>5.0f}%\n", probe.step,
                        probe.epoch, probe.loss, probe.gradient_norm, usual_update(probe),
                        shortest_reach(probe), 100.0 * dead);
  }
  return text;
}

std::string table_of_layers(const DiagnosisRecord& probe) {
  std::string text = fmt::format("\n{:<28} {:>13} {:>12} {:>14}\n", "layer", "gradient norm",
                                 "weight norm", "update/weight");
  for (const auto& layer : probe.layers) {
    text += fmt::format("{:<28} {:>13.3g} {:>12.3g} {:>14.1e}\n", layer.name, layer.gradient_norm,
                        layer.weight_norm, layer.update_ratio());
  }
  return text;
}

std::string table_of_gates(const DiagnosisRecord& probe) {
  std::string text =
      fmt::format("\n{:<28} {:<6} {:<10} {:>10} {:>10} {:>10} {:>10}\n", "recurrent", "cell",
                  "gate", "below 0.1", "above 0.9", "stuck low", "stuck high");
  for (const auto& pass : probe.passes) {
    for (const auto& gate : pass.gates) {
      text += fmt::format("{:<28} {:<6} {:<10} {:>9.0f}% {:>9.0f}% {:>9.0f}% {:>9.0f}%\n",
                          pass.name, pass.cell, gate.name, 100.0 * gate.low, 100.0 * gate.high,
                          100.0 * gate.stuck_low, 100.0 * gate.stuck_high);
    }
  }
  return text;
}

std::string table_of_distances(const DiagnosisRecord& probe) {
  std::string text;
  for (const auto& pass : probe.passes) {
    if (pass.steps < 2) continue;
    text += fmt::format(
        "\n{}: steps back from the end, norm of the gradient, share that the "
        "recurrence carried there\n",
        pass.name);
    int64_t next = 0;  // each about half as far again as the one before
    for (size_t i = 0; i < pass.distances.size(); ++i) {
      const int64_t distance = pass.distances[i];
      if (distance < next && i + 1 < pass.distances.size()) continue;
      next = std::max(distance + 1, distance * 3 / 2);
      const std::string memory =
          i < pass.memory.size() ? fmt::format("{:.2e}", pass.memory[i]) : "-";
      text += fmt::format("{:>8} {:>10.2e} {:>10}\n", distance, pass.gradient[i], memory);
    }
  }
  return text;
}

}  // namespace

std::string to_text(const std::vector<DiagnosisRecord>& probes) {
  if (probes.empty()) return "";
  const auto& last = probes.back();
  std::string text =
      table_of_probes(probes) + fmt::format("\nat step {}\n", last.step) + table_of_layers(last);
  if (!last.passes.empty()) text += table_of_gates(last) + table_of_distances(last);
  return text;
}

}  // namespace mnemo
