#include "app/metrics/forecast_metrics.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace mnemo {
namespace {

using nlohmann::json;

json errors_to_json(const ForecastErrors& errors) {
  const auto or_null = [](const std::optional<double>& value) {
    return value ? json(*value) : json(nullptr);
  };
  return {{"mse", errors.mse},
          {"mae", errors.mae},
          {"rmse", errors.rmse},
          {"mape", or_null(errors.mape)},
          {"smape", errors.smape},
          {"mase", or_null(errors.mase)},
          {"scaled_mse", errors.scaled_mse},
          {"scaled_mae", errors.scaled_mae}};
}

std::string number(double value) { return fmt::format("{:>11.5g}", value); }

std::string number(const std::optional<double>& value) {
  return value ? number(*value) : fmt::format("{:>11}", "-");
}

std::string errors_line(const std::string& name, const ForecastErrors& errors) {
  return fmt::format("{:<20}{}{}{}{}{}{}{}{}\n", name, number(errors.mse), number(errors.mae),
                     number(errors.rmse), number(errors.mape), number(errors.smape),
                     number(errors.mase), number(errors.scaled_mse), number(errors.scaled_mae));
}

// "better" or "worse" by so many percent of the other's mean squared error.
std::string comparison(const ForecastErrors& model, const ForecastErrors& other,
                       const std::string& name) {
  if (model.mse == other.mse)
    return fmt::format("as much squared error as the {} forecast\n", name);
  if (other.mse == 0.0) {
    return fmt::format("the model LOSES to the {} forecast, which is without error. Use that one\n",
                       name);
  }
  const double change = 100.0 * (1.0 - model.mse / other.mse);
  if (change > 0.0) {
    return fmt::format("{:.1f}% less squared error than the {} forecast\n", change, name);
  }
  return fmt::format(
      "the model LOSES to the {} forecast: {:.1f}% more squared error. Use that one, or give the "
      "model more data or another look-back\n",
      name, -change);
}

// The first, the last, and some between.
std::set<size_t> steps_to_show(size_t count) {
  std::set<size_t> steps;
  constexpr size_t kShown = 6;
  for (size_t i = 0; i < kShown; ++i) steps.insert((count - 1) * i / (kShown - 1));
  return steps;
}

}  // namespace

ForecastErrorCounter::ForecastErrorCounter(std::vector<TargetScale> targets, int64_t horizon)
    : targets_(std::move(targets)),
      horizon_(horizon),
      sums_(targets_.size() * static_cast<size_t>(horizon)) {}

void ForecastErrorCounter::Sums::add(const Sums& other) {
  squared += other.squared;
  absolute += other.absolute;
  relative += other.relative;
  symmetric += other.symmetric;
  count += other.count;
  relative_count += other.relative_count;
}

const ForecastErrorCounter::Sums& ForecastErrorCounter::at(int64_t step, int64_t target) const {
  return sums_[static_cast<size_t>(step) * targets_.size() + static_cast<size_t>(target)];
}

void ForecastErrorCounter::add(int64_t step, int64_t target, double forecast, double actual) {
  const double error = std::abs(forecast - actual);
  Sums sums{.squared = error * error, .absolute = error, .count = 1};
  if (actual != 0.0) {
    sums.relative = error / std::abs(actual);
    sums.relative_count = 1;
  }
  const double size = std::abs(forecast) + std::abs(actual);
  if (size > 0.0) sums.symmetric = 2.0 * error / size;
  sums_[static_cast<size_t>(step) * targets_.size() + static_cast<size_t>(target)].add(sums);
}

ForecastErrors ForecastErrorCounter::errors_of(std::span<const Sums> by_target) const {
  ForecastErrors errors;
  Sums all;
  double scaled_squared = 0.0, scaled_absolute = 0.0, mase = 0.0;
  int64_t mase_targets = 0;
  for (size_t i = 0; i < by_target.size(); ++i) {
    const auto& sums = by_target[i];
    if (sums.count == 0) continue;
    const auto& target = targets_[i];
    all.add(sums);
    scaled_squared += sums.squared / (target.scale * target.scale);
    scaled_absolute += sums.absolute / target.scale;
    if (target.seasonal_error > 0.0) {
      mase += sums.absolute / static_cast<double>(sums.count) / target.seasonal_error;
      ++mase_targets;
    }
  }
  if (all.count == 0) return errors;
  const auto count = static_cast<double>(all.count);
  errors.mse = all.squared / count;
  errors.mae = all.absolute / count;
  errors.rmse = std::sqrt(errors.mse);
  if (all.relative_count > 0) {
    errors.mape = 100.0 * all.relative / static_cast<double>(all.relative_count);
  }
  errors.smape = 100.0 * all.symmetric / count;
  if (mase_targets > 0) errors.mase = mase / static_cast<double>(mase_targets);
  errors.scaled_mse = scaled_squared / count;
  errors.scaled_mae = scaled_absolute / count;
  return errors;
}

ForecastErrors ForecastErrorCounter::overall() const {
  std::vector<Sums> by_target(targets_.size());
  for (size_t i = 0; i < sums_.size(); ++i) by_target[i % targets_.size()].add(sums_[i]);
  return errors_of(by_target);
}

ForecastErrors ForecastErrorCounter::of_step(int64_t step) const {
  return errors_of({&at(step, 0), targets_.size()});
}

ForecastErrors ForecastErrorCounter::of_target(int64_t target) const {
  std::vector<Sums> by_target(targets_.size());
  for (int64_t step = 0; step < horizon_; ++step) {
    by_target[static_cast<size_t>(target)].add(at(step, target));
  }
  return errors_of(by_target);
}

json to_json(const ForecastMetrics& metrics) {
  json object = errors_to_json(metrics.model);
  object["part"] = metrics.part;
  object["n"] = metrics.n;
  object["season"] = metrics.season;
  object["forecast"] = metrics.name;
  object["naive"] = errors_to_json(metrics.naive);
  object["seasonal_naive"] = errors_to_json(metrics.seasonal_naive);
  object["by_step"] = json::array();
  for (const auto& errors : metrics.by_step) object["by_step"].push_back(errors_to_json(errors));
  object["by_target"] = json::object();
  for (size_t i = 0; i < metrics.targets.size(); ++i) {
    object["by_target"][metrics.targets[i]] = errors_to_json(metrics.by_target[i]);
  }
  object["coverage"] = json::array();
  for (const auto& interval : metrics.coverage) {
    object["coverage"].push_back(
        {{"low", interval.low}, {"high", interval.high}, {"share", interval.share}});
  }
  return object;
}

std::string to_text(const ForecastMetrics& metrics) {
  std::string text = fmt::format("{} part, n = {} windows\n", metrics.part, metrics.n);
  text += fmt::format("{:<20}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "", "MSE", "MAE",
                      "RMSE", "MAPE %", "sMAPE %", "MASE", "scaled MSE", "scaled MAE");
  text += errors_line(metrics.name, metrics.model);
  text += errors_line("naive", metrics.naive);
  const std::string seasonal = fmt::format("seasonal naive ({})", metrics.season);
  if (metrics.season > 1) text += errors_line(seasonal, metrics.seasonal_naive);
  text += "\n" + comparison(metrics.model, metrics.naive, "naive");
  if (metrics.season > 1) {
    text += comparison(metrics.model, metrics.seasonal_naive, "seasonal naive");
  }
  for (const auto& interval : metrics.coverage) {
    text += fmt::format("{:.1f}% of the values lie between quantiles {} and {}; {:.1f}% should\n",
                        100.0 * interval.share, interval.low, interval.high,
                        100.0 * (interval.high - interval.low));
  }
  if (metrics.by_step.size() > 1) {
    text += "\nby horizon step\n";
    for (const size_t step : steps_to_show(metrics.by_step.size())) {
      text += errors_line(fmt::format("{}", step + 1), metrics.by_step[step]);
    }
  }
  if (metrics.targets.size() > 1) {
    text += "\nby target\n";
    for (size_t i = 0; i < metrics.targets.size(); ++i) {
      text += errors_line(metrics.targets[i], metrics.by_target[i]);
    }
  }
  return text;
}

}  // namespace mnemo
