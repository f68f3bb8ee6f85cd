// Figures of forecasts as JSON and as a table for people.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "app/metrics/forecast_metrics.h"
#include "datasets/message_text.h"

namespace mnemo {
namespace {

using nlohmann::json;

constexpr size_t kWorstShown = 5;

json or_null(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

json errors_to_json(const ForecastErrors& errors, bool is_pooled = true) {
  json object = {{"mse", nullptr},
                 {"mae", nullptr},
                 {"rmse", nullptr},
                 {"mape", or_null(errors.mape)},
                 {"smape", errors.smape},
                 {"mase", or_null(errors.mase)},
                 {"owa", or_null(errors.owa)},
                 {"scaled_mse", errors.scaled_mse},
                 {"scaled_mae", errors.scaled_mae}};
  if (is_pooled) {
    object["mse"] = errors.mse;
    object["mae"] = errors.mae;
    object["rmse"] = errors.rmse;
  }
  if (errors.pinball) {
    object["pinball"] = is_pooled ? json(*errors.pinball) : json(nullptr);
    object["scaled_pinball"] = or_null(errors.scaled_pinball);
  }
  return object;
}

// A figure of each series.
using Figure = std::optional<double> (*)(const ForecastErrors&);

struct NamedFigure {
  const char* name;
  Figure of;
};

constexpr NamedFigure kFigures[] = {
    {"mase", [](const ForecastErrors& errors) { return errors.mase; }},
    {"owa", [](const ForecastErrors& errors) { return errors.owa; }},
    {"smape", [](const ForecastErrors& errors) { return std::optional(errors.smape); }},
    {"mape", [](const ForecastErrors& errors) { return errors.mape; }},
    {"scaled_mae", [](const ForecastErrors& errors) { return std::optional(errors.scaled_mae); }},
    {"mae", [](const ForecastErrors& errors) { return std::optional(errors.mae); }},
    {"rmse", [](const ForecastErrors& errors) { return std::optional(errors.rmse); }},
};

// The errors of the model in each series, or of one of the references.
using ErrorsOfSeries = std::function<const ForecastErrors&(const SeriesErrors&)>;

ErrorsOfSeries of_reference(size_t place) {
  return [place](const SeriesErrors& series) -> const ForecastErrors& {
    return series.references[place];
  };
}

const ForecastErrors& of_model(const SeriesErrors& series) { return series.model; }

// Over the series in which a figure is defined.
struct SeriesSummary {
  int64_t counted = 0;
  double mean = 0.0, spread = 0.0;  // the standard deviation
  size_t worst = 0;                 // the index of the series
  double worst_value = 0.0;
};

SeriesSummary summary_of(const std::vector<SeriesErrors>& series, const ErrorsOfSeries& errors,
                         Figure of) {
  SeriesSummary summary;
  double squares = 0.0;
  for (size_t i = 0; i < series.size(); ++i) {
    const auto value = of(errors(series[i]));
    if (!value) continue;
    const double distance = *value - summary.mean;
    summary.mean += distance / static_cast<double>(++summary.counted);
    squares += distance * (*value - summary.mean);
    if (summary.counted > 1 && *value <= summary.worst_value) continue;
    summary.worst = i;
    summary.worst_value = *value;
  }
  if (summary.counted > 0) {
    summary.spread = std::sqrt(squares / static_cast<double>(summary.counted));
  }
  return summary;
}

json across_series(const std::vector<SeriesErrors>& series, const ErrorsOfSeries& errors) {
  json object = json::object();
  for (const auto& [name, of] : kFigures) {
    const auto summary = summary_of(series, errors, of);
    auto& figure = object[name] = {{"series", summary.counted}, {"of", series.size()},
                                   {"mean", nullptr},           {"spread", nullptr},
                                   {"worst", nullptr},          {"worst_series", nullptr}};
    if (summary.counted == 0) continue;
    figure["mean"] = summary.mean;
    figure["spread"] = summary.spread;
    figure["worst"] = summary.worst_value;
    figure["worst_series"] = series[summary.worst].name;
  }
  return object;
}

std::string number(double value) { return fmt::format("{:>11.5g}", value); }

std::string number(const std::optional<double>& value) {
  return value ? number(*value) : fmt::format("{:>11}", "-");
}

std::string errors_line(const std::string& name, const ForecastErrors& errors,
                        bool is_pooled = true) {
  const auto pooled = [&](double value) {
    return number(is_pooled ? std::optional(value) : std::nullopt);
  };
  return fmt::format("{:<20}{}{}{}{}{}{}{}{}{}\n", name, pooled(errors.mse), pooled(errors.mae),
                     pooled(errors.rmse), number(errors.mape), number(errors.smape),
                     number(errors.mase), number(errors.owa), number(errors.scaled_mse),
                     number(errors.scaled_mae));
}

struct Contest {
  std::optional<double> model, other;
  const char* words;  // the error that is less or more
};

Contest contest_of(Headline headline, const ForecastErrors& model, const ForecastErrors& other) {
  switch (headline) {
    case Headline::squared:
      return {model.mse, other.mse, "squared error"};
    case Headline::scaled_squared:
      return {model.scaled_mse, other.scaled_mse, "scaled squared error"};
    case Headline::mase:
      if (model.mase && other.mase) return {model.mase, other.mase, "mean MASE of the series"};
      return {model.scaled_mae, other.scaled_mae, "scaled absolute error"};
    case Headline::pinball:
      return {model.scaled_pinball, other.scaled_pinball, "pinball loss"};
  }
  return {model.mse, other.mse, "squared error"};
}

// "better" or "worse" by so many percent of the other's error.
std::string comparison(Headline headline, const ForecastErrors& model, const ForecastErrors& other,
                       const std::string& name) {
  const auto [of_model, of_other, words] = contest_of(headline, model, other);
  if (!of_model || !of_other) return "";
  if (*of_model == *of_other) return fmt::format("as much {} as the {} forecast\n", words, name);
  if (*of_other == 0.0) {
    return fmt::format("the model LOSES to the {} forecast, which is without error. Use that one\n",
                       name);
  }
  const double change = 100.0 * (1.0 - *of_model / *of_other);
  if (change > 0.0) {
    return fmt::format("{:.1f}% less {} than the {} forecast\n", change, words, name);
  }
  if (headline == Headline::pinball) {
    return fmt::format("{:.1f}% more {} than the {} forecast taken for each quantile\n", -change,
                       words, name);
  }
  return fmt::format(
      "the model LOSES to the {} forecast: {:.1f}% more {}. Use that one, or give the "
      "model more data or another look-back\n",
      name, -change, words);
}

// The first, the last, and some between.
std::set<size_t> steps_to_show(size_t count) {
  std::set<size_t> steps;
  constexpr size_t kShown = 6;
  for (size_t i = 0; i < kShown; ++i) steps.insert((count - 1) * i / (kShown - 1));
  return steps;
}

// The indices of the series with the largest MASE, or where that is undefined the largest scaled
// error, the worst first.
std::vector<size_t> worst_series(const std::vector<SeriesErrors>& series) {
  std::vector<size_t> order(series.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto badness = [&](size_t i) {
    return series[i].model.mase.value_or(series[i].model.scaled_mae);
  };
  const size_t shown = std::min(kWorstShown, order.size());
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(shown),
                            std::ranges::greater(), badness);
  order.resize(shown);
  return order;
}

std::string series_text(const ForecastMetrics& metrics) {
  const auto& series = metrics.by_series;
  std::string text = fmt::format(
      "\nby series: MASE, sMAPE and MAPE above are means over them{}\n{:<20}{:>11}{:>11}{:>11}  "
      "{}\n",
      metrics.is_pooled ? "" : "; their scales are too far apart for one MSE, MAE and RMSE of all",
      "", "mean", "spread", "worst", "which is");
  for (const auto& [name, of] : kFigures) {
    if (!metrics.is_pooled && (std::string_view(name) == "mae" || std::string_view(name) == "rmse"))
      continue;
    const auto summary = summary_of(series, of_model, of);
    if (summary.counted == 0) continue;
    text += fmt::format("{:<20}{}{}{}  {}", name, number(summary.mean), number(summary.spread),
                        number(summary.worst_value), series[summary.worst].name);
    if (summary.counted < std::ssize(series)) {
      text += fmt::format(" ({} of {} series)", summary.counted, series.size());
    }
    text += "\n";
  }
  text += "\nthe worst series\n";
  for (const size_t i : worst_series(series)) text += errors_line(series[i].name, series[i].model);
  return text;
}

// Says what the figures leave out.
std::string left_out_text(const ForecastMetrics& metrics) {
  std::string text;
  const auto& counted = metrics.counted;
  if (counted.mase_targets > 0 && counted.mase_targets < counted.targets) {
    text += fmt::format("MASE of {} of {} targets: the others are constant in the training part\n",
                        counted.mase_targets, counted.targets);
  }
  if (counted.mape_values < counted.values) {
    text += fmt::format("MAPE of {} of {} values: the others are 0\n", counted.mape_values,
                        counted.values);
  }
  return text;
}

json series_to_json(const SeriesErrors& series, const std::vector<Reference>& references) {
  json object = {
      {"series", series.name}, {"n", series.windows}, {"model", errors_to_json(series.model)}};
  for (size_t i = 0; i < references.size(); ++i) {
    object[references[i].key] = errors_to_json(series.references[i]);
  }
  return object;
}

json references_to_json(const ForecastMetrics& metrics) {
  json object = json::object();
  for (size_t i = 0; i < metrics.references.size(); ++i) {
    auto& errors = object[metrics.references[i].key];
    errors = errors_to_json(metrics.reference_errors[i], metrics.is_pooled);
    if (metrics.by_series.empty()) continue;
    errors["across_series"] = across_series(metrics.by_series, of_reference(i));
  }
  return object;
}

json names_to_json(const std::vector<Reference>& references) {
  json object = json::object();
  for (const auto& reference : references) object[reference.key] = reference.name;
  return object;
}

// Lines on which of the references the model beats, the naive ones first.
std::string comparisons_text(const ForecastMetrics& metrics) {
  std::string text;
  for (size_t i = 0; i < metrics.references.size(); ++i) {
    const auto& reference = metrics.references[i];
    if (!reference.is_shown || !reference.is_compared) continue;
    text += comparison(metrics.headline, metrics.model, metrics.reference_errors[i],
                       reference.in_words);
  }
  return text;
}

}  // namespace

json to_json(const ForecastMetrics& metrics) {
  json object = errors_to_json(metrics.model, metrics.is_pooled);
  object["part"] = metrics.part;
  object["n"] = metrics.n;
  object["season"] = metrics.season;
  object["forecast"] = metrics.name;
  object["references"] = names_to_json(metrics.references);
  object.update(references_to_json(metrics));
  object["counted"] = {{"values", metrics.counted.values},
                       {"mape_values", metrics.counted.mape_values},
                       {"targets", metrics.counted.targets},
                       {"mase_targets", metrics.counted.mase_targets}};
  if (!metrics.by_series.empty()) {
    object["across_series"] = across_series(metrics.by_series, of_model);
    object["by_series"] = json::array();
    for (const auto& series : metrics.by_series) {
      object["by_series"].push_back(series_to_json(series, metrics.references));
    }
  }
  object["by_step"] = json::array();
  for (const auto& errors : metrics.by_step) {
    object["by_step"].push_back(errors_to_json(errors, metrics.is_pooled));
  }
  object["by_target"] = json::object();
  for (size_t i = 0; i < metrics.targets.size(); ++i) {
    object["by_target"][metrics.targets[i]] =
        errors_to_json(metrics.by_target[i], metrics.is_pooled);
  }
  object["coverage"] = json::array();
  for (const auto& interval : metrics.coverage) {
    object["coverage"].push_back(
        {{"low", interval.low},
         {"high", interval.high},
         {"share", interval.share},
         {"width", metrics.is_pooled ? json(interval.width) : json(nullptr)},
         {"scaled_width", interval.scaled_width}});
  }
  return object;
}

std::string to_text(const ForecastMetrics& metrics) {
  std::string text = fmt::format("{} part, n = {}", metrics.part, counted(metrics.n, "window"));
  if (!metrics.by_series.empty()) text += fmt::format(" of {} series", metrics.by_series.size());
  text += "\n";
  text +=
      fmt::format("{:<20}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "", "MSE",
                  "MAE", "RMSE", "MAPE %", "sMAPE %", "MASE", "OWA", "scaled MSE", "scaled MAE");
  text += errors_line(metrics.name, metrics.model, metrics.is_pooled);
  for (size_t i = 0; i < metrics.references.size(); ++i) {
    if (!metrics.references[i].is_shown) continue;
    text += errors_line(metrics.references[i].name, metrics.reference_errors[i], metrics.is_pooled);
  }
  text += left_out_text(metrics);
  text += "\n" + comparisons_text(metrics);
  if (metrics.is_pooled && metrics.model.pinball) {
    text += fmt::format("mean pinball loss {:.5g}\n", *metrics.model.pinball);
  }
  for (const auto& interval : metrics.coverage) {
    text += fmt::format("{:.1f}% of the values lie between quantiles {} and {}; {:.1f}% should\n",
                        100.0 * interval.share, interval.low, interval.high,
                        100.0 * (interval.high - interval.low));
  }
  if (!metrics.by_series.empty()) text += series_text(metrics);
  if (metrics.by_step.size() > 1) {
    text += "\nby horizon step\n";
    for (const size_t step : steps_to_show(metrics.by_step.size())) {
      text += errors_line(fmt::format("{}", step + 1), metrics.by_step[step], metrics.is_pooled);
    }
  }
  if (metrics.targets.size() > 1) {
    text += "\nby target\n";
    for (size_t i = 0; i < metrics.targets.size(); ++i) {
      text += errors_line(metrics.targets[i], metrics.by_target[i], metrics.is_pooled);
    }
  }
  return text;
}

}  // namespace mnemo
