#include "app/training/fit_state.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "mnemo/error.h"

namespace mnemo {
namespace {

using nlohmann::json;

// JSON has no word for what is not finite.
json json_number(double value) {
  return std::isfinite(value) ? json(value) : json(fmt::format("{}", value));
}

double number_from(const json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

json to_json(const LossSum& sum) {
  return {json_number(sum.loss), json_number(sum.metric), sum.samples, sum.units};
}

LossSum sum_from(const json& list) {
  return {.loss = number_from(list.at(0)),
          .metric = number_from(list.at(1)),
          .samples = list.at(2).get<int64_t>(),
          .units = list.at(3).get<int64_t>()};
}

}  // namespace

void FitProgress::start_epoch(int64_t number) {
  epoch = number;
  step = 0;
  train = {};
  norm_sum = max_norm = train_seconds = 0.0;
}

// JSON writes as many digits as a number needs to come back.
std::string to_text(const FitProgress& progress) {
  const auto& [factor, lowest_loss, epochs_without] = progress.plateau;
  const json plateau = {factor, lowest_loss ? json(*lowest_loss) : json(nullptr), epochs_without};
  return json{{"epoch", progress.epoch},
              {"step", progress.step},
              {"train", to_json(progress.train)},
              {"norm_sum", progress.norm_sum},
              {"max_norm", progress.max_norm},
              {"train_seconds", progress.train_seconds},
              {"good_steps", progress.good_steps},
              {"lowest_epoch", progress.lowest_epoch},
              {"lowest_loss", progress.lowest_loss},
              {"kept_epoch", progress.kept_epoch},
              {"kept_valid", to_json(progress.kept_valid)},
              {"plateau", plateau}}
      .dump();
}

FitProgress progress_from_text(const std::string& text) try {
  const auto numbers = json::parse(text);
  FitProgress progress;
  numbers.at("epoch").get_to(progress.epoch);
  numbers.at("step").get_to(progress.step);
  progress.train = sum_from(numbers.at("train"));
  numbers.at("norm_sum").get_to(progress.norm_sum);
  numbers.at("max_norm").get_to(progress.max_norm);
  numbers.at("train_seconds").get_to(progress.train_seconds);
  numbers.at("good_steps").get_to(progress.good_steps);
  numbers.at("lowest_epoch").get_to(progress.lowest_epoch);
  numbers.at("lowest_loss").get_to(progress.lowest_loss);
  numbers.at("kept_epoch").get_to(progress.kept_epoch);
  progress.kept_valid = sum_from(numbers.at("kept_valid"));
  const auto& plateau = numbers.at("plateau");
  plateau.at(0).get_to(progress.plateau.factor);
  if (!plateau.at(1).is_null()) progress.plateau.lowest_loss = plateau.at(1).get<double>();
  plateau.at(2).get_to(progress.plateau.epochs_without);
  return progress;
} catch (const json::exception& error) {
  throw Error(fmt::format("the progress of a training is damaged: {}", error.what()));
}

NamedTensors part_of(const NamedTensors& tensors, const std::string& prefix) {
  NamedTensors part;
  for (const auto& [name, tensor] : tensors) {
    if (name.starts_with(prefix)) part.emplace(name.substr(prefix.size()), tensor);
  }
  return part;
}

void add_part(NamedTensors& tensors, const std::string& prefix, const NamedTensors& part) {
  for (const auto& [name, tensor] : part) tensors.emplace(prefix + name, tensor);
}

}  // namespace mnemo
