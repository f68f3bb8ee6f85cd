#include "app/diagnosis/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <sstream>

#include "app/diagnosis/remedies.h"
#include "app/diagnosis/thresholds.h"
#include "app/settings/enum_tables.h"
#include "app/settings/run_state.h"
#include "app/support/setting_names.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

using Findings = std::vector<Finding>;

double finite_median(std::vector<double> numbers) {
  std::erase_if(numbers, [](double number) { return !std::isfinite(number); });
  if (numbers.empty()) return 0.0;
  const auto middle = numbers.begin() + std::ssize(numbers) / 2;
  std::ranges::nth_element(numbers, middle);
  return *middle;
}

// The last third, at least one.
std::vector<DiagnosisRecord> late(const std::vector<DiagnosisRecord>& probes) {
  return {probes.end() - (std::ssize(probes) + 2) / 3, probes.end()};
}

// A figure of each recurrent pass, by the pass's name: its values at the probes.
using OfPasses = std::map<std::string, std::vector<double>>;
OfPasses of_passes(const std::vector<DiagnosisRecord>& probes,
                   const std::function<double(const PassRecord&)>& figure) {
  OfPasses values;
  for (const auto& probe : probes) {
    for (const auto& pass : probe.passes) values[pass.name].push_back(figure(pass));
  }
  return values;
}

// The pass of that name at the last probe that has it.
const PassRecord& pass_named(const std::string& name, const std::vector<DiagnosisRecord>& probes) {
  for (auto probe = probes.rbegin(); probe != probes.rend(); ++probe) {
    for (const auto& pass : probe->passes) {
      if (pass.name == name) return pass;
    }
  }
  throw Error(fmt::format("no probe has a layer {}", name));
}

int64_t farthest(const PassRecord& pass) {
  return pass.distances.empty() ? 0 : pass.distances.back();
}

std::string percent(double share) { return fmt::format("{:.0f}%", 100.0 * share); }

void find_vanishing(const TrainingRecord& training, Findings& findings) {
  const auto probes = late(training.probes);
  // Sequences of each batch have lengths of their own.
  const auto shares = of_passes(probes, [](const PassRecord& pass) {
    if (farthest(pass) < kLeastDistance) return 1.0;
    return static_cast<double>(reach(pass.distances, pass.gradient)) /
           static_cast<double>(farthest(pass));
  });
  const auto worst = std::ranges::min_element(
      shares, {}, [](const auto& of_pass) { return finite_median(of_pass.second); });
  if (worst == shares.end() || finite_median(worst->second) >= kVanishingReach) return;
  const auto& pass = pass_named(worst->first, probes);
  findings.push_back(
      {.kind = FindingKind::vanishing_gradient,
       .what =
           fmt::format("in {} ({}) the gradient reaches {} of {} steps back; farther away less "
                       "than a thousandth of it is left, so what stands there is hardly learnt",
                       pass.name, pass.cell, reach(pass.distances, pass.gradient), farthest(pass)),
       .remedy = remedy(FindingKind::vanishing_gradient, training.task, pass.cell)});
}

double growth(const PassRecord& pass) {
  double most = 0.0;
  for (const double share : pass.memory) most = std::isfinite(share) ? std::max(most, share) : most;
  return most;
}

void find_exploding(const TrainingRecord& training, Findings& findings) {
  const auto add = [&](const std::string& what, const std::string& cell) {
    findings.push_back({.kind = FindingKind::exploding_gradient,
                        .what = what,
                        .remedy = remedy(FindingKind::exploding_gradient, training.task, cell)});
  };
  for (const auto& [name, growths] : of_passes(training.probes, growth)) {
    const auto large =
        std::ranges::count_if(growths, [](double g) { return g > kExplodingGrowth; });
    if (static_cast<double>(large) <= kExplodingProbes * static_cast<double>(growths.size())) {
      continue;
    }
    const auto& pass = pass_named(name, training.probes);
    return add(
        fmt::format("in {} ({}) the gradient grows on its way back, to {:.3g} times its size "
                    "at the end of the sequence (at {} of {} probes)",
                    name, pass.cell, std::ranges::max(growths), large, growths.size()),
        pass.cell);
  }
  std::vector<double> usual;
  double largest = 0.0;
  int64_t epoch = 0;
  for (const auto& losses : training.epochs) {
    usual.push_back(losses.gradient_norm);
    if (losses.max_gradient_norm <= largest) continue;
    largest = losses.max_gradient_norm;
    epoch = losses.epoch;
  }
  if (usual.empty() || largest <= kExplodingGrowth * finite_median(usual)) return;
  add(fmt::format("a step of epoch {} has a gradient of norm {:.3g}, where {:.3g} is usual", epoch,
                  largest, finite_median(usual)),
      "");
}

// The finite_median over the probes; nothing without any.
std::optional<double> usual_update(const TrainingRecord& training) {
  std::vector<double> of_probes;
  for (const auto& probe : training.probes) of_probes.push_back(usual_update(probe));
  if (of_probes.empty()) return std::nullopt;
  return finite_median(of_probes);
}

void find_learning_rate(const TrainingRecord& training, bool explodes, Findings& findings) {
  const auto update = usual_update(training);
  const auto add = [&](FindingKind kind, const std::string& what) {
    findings.push_back({.kind = kind, .what = what, .remedy = remedy(kind, training.task, "")});
  };
  const std::string ratio =
      update
          ? fmt::format("; a step changes the weights by {:.1e} of their size, and 1e-03 is usual",
                        *update)
          : "";
  if (training.diverged) {
    if (!explodes) {
      add(FindingKind::learning_rate_too_high, "the training diverged" + ratio);
    }
    return;
  }
  const auto& epochs = training.epochs;
  if (!update || epochs.size() < 2) return;
  const auto lowest = std::ranges::min_element(epochs, {}, &EpochLosses::train);
  const auto& last = epochs.back();
  const double fall = epochs.front().train - lowest->train;
  const bool risen =
      last.train > lowest->train + kRisenShare * std::max(fall, std::abs(lowest->train));
  if (risen && *update > kLargeUpdate) {
    add(FindingKind::learning_rate_too_high,
        fmt::format("the training loss rose from {:.4g} in epoch {} to {:.4g} in epoch {}{}",
                    lowest->train, lowest->epoch, last.train, last.epoch, ratio));
  }
  const auto best = std::ranges::min_element(epochs, {}, &EpochLosses::valid);
  if (*update < kSmallUpdate && lowest->epoch == last.epoch && best->epoch == last.epoch) {
    add(FindingKind::learning_rate_too_low,
        fmt::format("the losses were still falling when the training ended{}", ratio));
  }
}

Blocks blocks_of(const std::string& cell_name, const std::string& gate_name) {
  const auto cell = enum_from_name<Cell>(cell_name);
  if (!cell || *cell == Cell::transformer) return Blocks::nowhere;
  for (const auto& gate : definition_of(*cell).gates(Activation::tanh)) {
    if (gate.name == gate_name) return gate.blocks;
  }
  return Blocks::nowhere;
}

// The share of a gate's units, or of a state's values, that let nothing new through.
double blocked_share(const PassRecord& pass, const GateRecord& gate) {
  switch (blocks_of(pass.cell, gate.name)) {
    case Blocks::nowhere:
      return 0.0;
    case Blocks::shut:
      return gate.stuck_low;
    case Blocks::open:
      return gate.stuck_high;
    case Blocks::at_ends:
      return gate.high;
  }
  throw Error("unhandled gate");
}

void find_saturated(const TrainingRecord& training, Findings& findings) {
  const auto probes = late(training.probes);
  std::map<std::pair<std::string, std::string>, std::vector<double>> shares;
  for (const auto& probe : probes) {
    for (const auto& pass : probe.passes) {
      for (const auto& gate : pass.gates) {
        shares[{pass.name, gate.name}].push_back(blocked_share(pass, gate));
      }
    }
  }
  for (const auto& [place, values] : shares) {
    const auto& [name, gate] = place;
    if (finite_median(values) <= kSaturatedShare) continue;
    const auto& cell = pass_named(name, probes).cell;
    const std::string share = percent(finite_median(values));
    findings.push_back(
        {.kind = FindingKind::saturated_gates,
         .what = blocks_of(cell, gate) == Blocks::at_ends
                     ? fmt::format("in {} ({}) {} of all states lie beyond 0.9, where tanh passes "
                                   "hardly any gradient",
                                   name, cell, share)
                     : fmt::format("in {} ({}) the {} gate of {} of the units is stuck where it "
                                   "lets nothing new through",
                                   name, cell, gate, share),
         .remedy = remedy(FindingKind::saturated_gates, training.task, cell)});
  }
}

void find_dead(const TrainingRecord& training, Findings& findings) {
  const auto probes = late(training.probes);
  for (const auto& [name, shares] :
       of_passes(probes, [](const PassRecord& pass) { return pass.dead; })) {
    if (finite_median(shares) < kDeadShare) continue;
    const auto& pass = pass_named(name, probes);
    findings.push_back(
        {.kind = FindingKind::dead_units,
         .what = fmt::format("in {} ({}) {} of the {} units hardly vary, whatever the input", name,
                             pass.cell, percent(finite_median(shares)), pass.units),
         .remedy = remedy(FindingKind::dead_units, training.task, pass.cell)});
  }
}

void find_overfitting(const TrainingRecord& training, Findings& findings) {
  const auto& epochs = training.epochs;
  if (epochs.size() < 3) return;
  const auto best = std::ranges::min_element(epochs, {}, &EpochLosses::valid);
  const auto& last = epochs.back();
  const double rise = last.valid - best->valid, fall = epochs.front().valid - best->valid;
  const bool rises =
      rise > kGeneralizationLoss * std::abs(best->valid) && rise > kGeneralizationFall * fall;
  if (last.epoch < best->epoch + 2 || !rises || last.train >= best->train) return;
  findings.push_back(
      {.kind = FindingKind::overfitting,
       .what = fmt::format("from epoch {} on: the validation loss rose from {:.4g} to {:.4g} while "
                           "the training loss fell from {:.4g} to {:.4g}",
                           best->epoch + 1, best->valid, last.valid, best->train, last.train),
       .remedy = remedy(FindingKind::overfitting, training.task, "")});
}

std::vector<EpochLosses> epoch_losses(const std::string& lines, const std::string& name) {
  std::vector<EpochLosses> epochs;
  std::istringstream stream(lines);
  for (std::string text; std::getline(stream, text);) {
    try {
      const auto line = nlohmann::json::parse(text);
      epochs.push_back({.epoch = line.at("epoch").get<int64_t>(),
                        .train = line.at("train_loss").get<double>(),
                        .valid = line.at("valid_loss").get<double>(),
                        .gradient_norm = line.at("gradient_norm").get<double>(),
                        .max_gradient_norm = line.at("max_gradient_norm").get<double>()});
    } catch (const nlohmann::json::exception& error) {
      throw Error(fmt::format("{}:{}: not what mnemo writes there: {}", name, epochs.size() + 1,
                              error.what()));
    }
  }
  return epochs;
}

}  // namespace

TrainingRecord training_record(const nlohmann::json& meta, const std::string& diagnosis,
                               const std::string& metrics, const std::filesystem::path& run) {
  const auto task = enum_from_name<Task>(meta.at("task").get<std::string>());
  if (!task) throw Error(fmt::format("{}: a run of no task that is known", run.string()));
  return {.task = *task,
          .diverged = run_state_in(meta) == RunState::diverged,
          .probes = diagnosis_records(diagnosis, (run / "diagnosis.jsonl").string()),
          .epochs = epoch_losses(metrics, (run / "metrics.jsonl").string())};
}

int64_t reach(const std::vector<int64_t>& distances, const std::vector<double>& gradient) {
  double largest = 0.0;
  for (const double norm : gradient) largest = norm > largest ? norm : largest;  // NaN is not
  int64_t farthest_distance = 0;
  for (size_t i = 0; i < gradient.size(); ++i) {
    if (gradient[i] > 0.0 && gradient[i] >= kFadedShare * largest) farthest_distance = distances[i];
  }
  return farthest_distance;
}

double usual_update(const DiagnosisRecord& probe) {
  std::vector<double> ratios;
  for (const auto& layer : probe.layers) {
    const bool waits = layer.update_norm == 0.0;  // frozen, or not yet unfrozen
    if (layer.weight_norm > 0.0 && !waits) ratios.push_back(layer.update_ratio());
  }
  return finite_median(ratios);
}

std::vector<Finding> judge(const TrainingRecord& training) {
  Findings findings;
  find_vanishing(training, findings);
  const size_t before = findings.size();
  find_exploding(training, findings);
  find_learning_rate(training, findings.size() > before, findings);
  find_saturated(training, findings);
  find_dead(training, findings);
  find_overfitting(training, findings);
  return findings;
}

std::string finding_name(FindingKind kind) {
  switch (kind) {
    case FindingKind::vanishing_gradient:
      return "vanishing gradient";
    case FindingKind::exploding_gradient:
      return "exploding gradient";
    case FindingKind::learning_rate_too_high:
      return "learning rate too high";
    case FindingKind::learning_rate_too_low:
      return "learning rate too low";
    case FindingKind::saturated_gates:
      return "saturated gates";
    case FindingKind::dead_units:
      return "dead units";
    case FindingKind::overfitting:
      return "overfitting";
  }
  throw Error("unhandled finding");
}

nlohmann::json with_flags_in_findings(nlohmann::json meta) {
  if (!meta.contains("diagnosis")) return meta;
  for (auto& finding : meta["diagnosis"]["findings"]) {
    finding["remedy"] = with_flags(finding.at("remedy").get<std::string>());
  }
  return meta;
}

nlohmann::json to_json(const std::vector<Finding>& findings) {
  auto list = nlohmann::json::array();
  for (const auto& finding : findings) {
    list.push_back({{"finding", finding_name(finding.kind)},
                    {"what", finding.what},
                    {"remedy", finding.remedy}});
  }
  return list;
}

std::string to_text(const std::vector<Finding>& findings,
                    const std::vector<DiagnosisRecord>& probes) {
  const std::string counted =
      fmt::format("{} probe{}", probes.size(), probes.size() == 1 ? "" : "s");
  if (findings.empty() && std::ssize(probes) < kLeastProbes) {
    return fmt::format(
        "diagnosis of {}: nothing stands out, and it is too little to say more; take a smaller "
        "`diagnose-every`, or train longer",
        counted);
  }
  if (findings.empty()) {
    const bool looked_inside = std::ranges::any_of(
        probes, [](const DiagnosisRecord& probe) { return !probe.passes.empty(); });
    return fmt::format(
        "diagnosis of {}: all is well: {}, the learning rate fits, no overfitting", counted,
        looked_inside ? "gradients neither vanish nor explode, gates and units work"
                      : "gradients do not explode (no recurrent layers to look into)");
  }
  std::string text = fmt::format("diagnosis of {}:", counted);
  for (const auto& finding : findings) {
    text += fmt::format("\n  {}: {}\n    try {}", finding_name(finding.kind), finding.what,
                        finding.remedy);
  }
  return text;
}

}  // namespace mnemo
