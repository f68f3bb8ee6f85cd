#include "app/diagnosis/record.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "mnemo/error.h"

namespace mnemo {
namespace {

using nlohmann::json;

json rounded(double number) {
  if (!std::isfinite(number)) return nullptr;
  return std::stod(fmt::format("{:.4e}", number));
}

json rounded(const std::vector<double>& numbers) {
  auto list = json::array();
  for (const double number : numbers) list.push_back(rounded(number));
  return list;
}

double number_from_json(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

std::vector<double> numbers_in(const json& list) {
  std::vector<double> numbers;
  for (const auto& item : list) numbers.push_back(number_from_json(item));
  return numbers;
}

json to_json(const LayerRecord& layer) {
  return {{"name", layer.name},
          {"gradient_norm", rounded(layer.gradient_norm)},
          {"weight_norm", rounded(layer.weight_norm)},
          {"update_norm", rounded(layer.update_norm)}};
}

json to_json(const GateRecord& gate) {
  return {{"name", gate.name},
          {"low", rounded(gate.low)},
          {"high", rounded(gate.high)},
          {"stuck_low", rounded(gate.stuck_low)},
          {"stuck_high", rounded(gate.stuck_high)}};
}

json to_json(const PassRecord& pass) {
  auto gates = json::array();
  for (const auto& gate : pass.gates) gates.push_back(to_json(gate));
  return {{"name", pass.name},
          {"cell", pass.cell},
          {"steps", pass.steps},
          {"units", pass.units},
          {"dead", rounded(pass.dead)},
          {"distances", pass.distances},
          {"gradient", rounded(pass.gradient)},
          {"memory", rounded(pass.memory)},
          {"gates", gates}};
}

LayerRecord layer_in(const json& line) {
  return {.name = line.at("name").get<std::string>(),
          .gradient_norm = number_from_json(line.at("gradient_norm")),
          .weight_norm = number_from_json(line.at("weight_norm")),
          .update_norm = number_from_json(line.at("update_norm"))};
}

PassRecord pass_in(const json& line) {
  PassRecord pass{.name = line.at("name").get<std::string>(),
                  .cell = line.at("cell").get<std::string>(),
                  .steps = line.at("steps").get<int64_t>(),
                  .units = line.at("units").get<int64_t>(),
                  .dead = number_from_json(line.at("dead")),
                  .distances = line.at("distances").get<std::vector<int64_t>>(),
                  .gradient = numbers_in(line.at("gradient")),
                  .memory = numbers_in(line.at("memory")),
                  .gates = {}};
  for (const auto& gate : line.at("gates")) {
    pass.gates.push_back({.name = gate.at("name").get<std::string>(),
                          .low = number_from_json(gate.at("low")),
                          .high = number_from_json(gate.at("high")),
                          .stuck_low = number_from_json(gate.at("stuck_low")),
                          .stuck_high = number_from_json(gate.at("stuck_high"))});
  }
  return pass;
}

DiagnosisRecord record_in(const json& line) {
  DiagnosisRecord record{.step = line.at("step").get<int64_t>(),
                         .epoch = line.at("epoch").get<int64_t>(),
                         .loss = number_from_json(line.at("loss")),
                         .learning_rate = number_from_json(line.at("learning_rate")),
                         .gradient_norm = number_from_json(line.at("gradient_norm"))};
  for (const auto& layer : line.at("layers")) record.layers.push_back(layer_in(layer));
  for (const auto& pass : line.at("recurrent")) record.passes.push_back(pass_in(pass));
  return record;
}

}  // namespace

json to_json(const DiagnosisRecord& record) {
  auto layers = json::array(), passes = json::array();
  for (const auto& layer : record.layers) layers.push_back(to_json(layer));
  for (const auto& pass : record.passes) passes.push_back(to_json(pass));
  return {{"step", record.step},
          {"epoch", record.epoch},
          {"loss", rounded(record.loss)},
          {"learning_rate", rounded(record.learning_rate)},
          {"gradient_norm", rounded(record.gradient_norm)},
          {"layers", layers},
          {"recurrent", passes}};
}

std::vector<DiagnosisRecord> diagnosis_records(const std::string& lines, const std::string& name) {
  std::vector<DiagnosisRecord> records;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    try {
      records.push_back(record_in(json::parse(line)));
    } catch (const json::exception& error) {
      throw Error(fmt::format("{}:{}: not what mnemo writes there: {}", name, records.size() + 1,
                              error.what()));
    }
  }
  return records;
}

}  // namespace mnemo
