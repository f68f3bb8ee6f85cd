#include "app/search/training_folder.h"

#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>

#include "app/runs/run_folder.h"
#include "common/files.h"

namespace mnemo {
namespace {

constexpr std::string_view kValidation = "valid_";

EpochFigures epoch_of(const nlohmann::json& line, std::string& metric) {
  EpochFigures figures{.epoch = line.at("epoch").get<int64_t>(),
                       .loss = line.at("valid_loss").get<double>(),
                       .seconds = line.at("seconds").get<double>()};
  for (const auto& [name, value] : line.items()) {
    if (!name.starts_with(kValidation) || name == "valid_loss") continue;
    metric = name.substr(kValidation.size());
    figures.metric = value.get<double>();
  }
  return figures;
}

// Reads what meta.json tells of a model.
EpochFigures model_of(const nlohmann::json& result, const std::string& metric) {
  return {.epoch = result.at("best_epoch").get<int64_t>(),
          .loss = result.at("valid_loss").get<double>(),
          .metric = result.at("valid_" + metric).get<double>()};
}

int64_t longest_text_in(const nlohmann::json& meta) {
  using Pointer = nlohmann::json::json_pointer;
  const auto longest = meta.value(Pointer("/lengths/pieces_of_the_longest"), int64_t{0});
  const auto read = meta.value(Pointer("/settings/max_length"), int64_t{0});
  return longest < read ? longest : 0;
}

}  // namespace

const EpochFigures* TrainingFigures::best_of(int64_t count) const {
  const EpochFigures* best = nullptr;
  for (const auto& epoch : epochs) {
    if (epoch.epoch <= count && (best == nullptr || epoch.loss < best->loss)) best = &epoch;
  }
  return best;
}

double TrainingFigures::seconds() const {
  double sum = 0.0;
  for (const auto& epoch : epochs) sum += epoch.seconds;
  return sum;
}

TrainingFigures read_training(const std::filesystem::path& run) {
  TrainingFigures figures;
  const auto meta_file = run / kMetaFile;
  const auto metrics_file = run / kMetricsFile;
  if (!std::filesystem::exists(meta_file) || !std::filesystem::exists(metrics_file)) return figures;
  const auto meta = parse_meta(read_file(meta_file), meta_file.string());
  figures.is_complete = is_done(run_state_in(meta));
  figures.planned_epochs = meta.at("epochs").get<int64_t>();
  figures.parameters = meta.value("parameters", int64_t{0});
  if (meta.contains("chance_loss") && meta.at("chance_loss").is_number()) {
    figures.chance_loss = meta.at("chance_loss").get<double>();
  }
  figures.longest_text = longest_text_in(meta);
  figures.weights_sha256 =
      meta.value(nlohmann::json::json_pointer("/files/weights.safetensors/sha256"), std::string());
  figures.bytes = meta.value("model_bytes", 0.0);
  figures.milliseconds = meta.value("latency_ms", 0.0);
  std::istringstream lines(read_file(metrics_file));
  for (std::string line; std::getline(lines, line);) {
    figures.epochs.push_back(epoch_of(nlohmann::json::parse(line), figures.metric));
  }
  figures.has_late_part = meta.value("late_part", false);
  figures.late_seconds = meta.value("late_seconds", 0.0);
  const char* kept = meta.contains(kOutlook) ? kOutlook : "result";
  const bool is_measured = kept == kOutlook || figures.is_complete || !figures.has_late_part;
  if (!is_measured || !meta.contains(kept)) return figures;
  const auto& result = meta.at(kept);
  figures.kept = model_of(result, figures.metric);
  figures.bytes = result.value("model_bytes", figures.bytes);
  figures.milliseconds = result.value("latency_ms", figures.milliseconds);
  return figures;
}

}  // namespace mnemo
