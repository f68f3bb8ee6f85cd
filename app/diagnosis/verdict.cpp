#include "app/diagnosis/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <sstream>

#include "app/diagnosis/causes.h"
#include "app/diagnosis/remedies.h"
#include "app/diagnosis/thresholds.h"
#include "app/settings/enum_tables.h"
#include "app/settings/run_state.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

using Findings = std::vector<Finding>;

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

void describe_model(const nlohmann::json& model, TrainingRecord& training) {
  training.layers = model.contains("hidden_sizes") && !model.contains("layers")
                        ? std::ssize(model.at("hidden_sizes"))
                        : model.value("layers", int64_t{0});
  for (const auto& [name, value] : model.items()) {
    if (!name.ends_with("dropout") || !value.is_number()) continue;
    if (value.get<double>() <= training.dropout.share) continue;
    training.dropout.share = value.get<double>();
    training.dropout.setting = name;
    std::ranges::replace(training.dropout.setting, '_', '-');
  }
}

}  // namespace

TrainingRecord training_record(const nlohmann::json& meta, const std::string& diagnosis,
                               const std::string& metrics, const std::filesystem::path& run) {
  const auto task = enum_from_name<Task>(meta.at("task").get<std::string>());
  if (!task) throw Error(fmt::format("{}: a run of no task that is known", run.string()));
  TrainingRecord training{
      .task = *task,
      .diverged = run_state_in(meta) == RunState::diverged,
      .probes = diagnosis_records(diagnosis, (run / "diagnosis.jsonl").string()),
      .epochs = epoch_losses(metrics, (run / "metrics.jsonl").string())};
  if (meta.contains("chance_loss") && meta.at("chance_loss").is_number()) {
    training.chance_loss = meta.at("chance_loss").get<double>();
  }
  const auto data = meta.value("data", nlohmann::json::object());
  const auto samples = [&](const std::string& part) {
    for (const char* noun : {"_windows", "_series", "_rows"}) {  // windows are of forecasters
      if (data.contains(part + noun)) return data.at(part + noun).get<int64_t>();
    }
    return int64_t{0};
  };
  training.train_samples = samples("train");
  training.valid_samples = samples("valid");
  describe_model(
      meta.value(nlohmann::json::json_pointer("/settings/model"), nlohmann::json::object()),
      training);
  return training;
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
  Findings symptoms;
  find_vanishing(training, symptoms);
  find_exploding(training, symptoms);
  find_saturated(training, symptoms);
  find_dead(training, symptoms);
  find_overfitting(training, symptoms);
  Findings findings = find_causes(training, symptoms);
  findings.insert(findings.end(), symptoms.begin(), symptoms.end());
  return findings;
}

std::string finding_name(FindingKind kind) {
  switch (kind) {
    case FindingKind::too_few_samples:
      return "too few samples";
    case FindingKind::too_much_dropout:
      return "too much dropout";
    case FindingKind::too_many_layers:
      return "too many layers";
    case FindingKind::nothing_to_learn:
      return "nothing to learn";
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

nlohmann::json with_remedies_as(const MessageForm& shown, nlohmann::json meta) {
  if (!meta.contains("diagnosis")) return meta;
  for (auto& finding : meta["diagnosis"]["findings"]) {
    finding["remedy"] = shown(finding.at("remedy").get<std::string>());
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
