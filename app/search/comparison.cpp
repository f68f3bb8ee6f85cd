#include "app/search/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <functional>

#include "app/support/wording.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

using Getter = double (*)(const Outcome&);

std::vector<double> values_of(const VariantOutcomes& variant, Getter get) {
  std::vector<double> values;
  for (const auto& outcome : variant.outcomes) values.push_back(get(outcome));
  return values;
}

double value(const Outcome& outcome) { return outcome.value; }
double loss(const Outcome& outcome) { return outcome.loss; }
double seconds(const Outcome& outcome) { return outcome.seconds; }
double milliseconds(const Outcome& outcome) { return outcome.milliseconds; }

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  return *middle;
}

std::vector<VariantOutcomes> best_first(std::vector<VariantOutcomes> variants,
                                        const ComparedFigure& figure) {
  const double sign = figure.higher_is_better ? -1.0 : 1.0;
  std::ranges::stable_sort(variants, {}, [&](const VariantOutcomes& variant) {
    return sign * moments(values_of(variant, value)).mean;
  });
  return variants;
}

struct Verdict {
  size_t variant = 0;
  Difference difference = {};
  double corrected_p = 1.0;
};

// Compares each variant but the first with the first.
std::vector<Verdict> verdicts(const std::vector<VariantOutcomes>& sorted) {
  std::vector<Verdict> verdicts;
  const auto best = values_of(sorted.front(), value);
  for (size_t i = 1; i < sorted.size(); ++i) {
    const auto others = values_of(sorted[i], value);
    if (best.size() < 2 || others.size() < 2) return {};
    verdicts.push_back({.variant = i, .difference = welch(others, best)});
  }
  std::vector<Verdict*> by_p;
  for (auto& verdict : verdicts) by_p.push_back(&verdict);
  std::ranges::sort(by_p, {}, [](const Verdict* verdict) { return verdict->difference.p; });
  // The best is only known to be the best from these figures, so that each pair might have been it.
  const size_t pairs = sorted.size() * (sorted.size() - 1) / 2;
  double largest = 0.0;
  for (size_t rank = 0; rank < by_p.size(); ++rank) {
    const double corrected = by_p[rank]->difference.p * static_cast<double>(pairs - rank);
    largest = std::max(largest, std::min(1.0, corrected));
    by_p[rank]->corrected_p = largest;
  }
  return verdicts;
}

// The interval of a share of `rows` (Wilson 1927), at 95%.
std::pair<double, double> share_interval(double share, int64_t rows) {
  constexpr double z = 1.96;
  const auto n = static_cast<double>(rows);
  const double centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
  const double half =
      z * std::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n)) / (1.0 + z * z / n);
  return {centre - half, centre + half};
}

std::string note(const std::vector<VariantOutcomes>& sorted, const ComparedFigure& figure) {
  constexpr double kLevel = 0.05;
  const auto found = verdicts(sorted);
  if (found.empty()) {
    return "One seed each says nothing of chance: train each with several (`seeds` 3).\n";
  }
  std::vector<std::string> worse, alike;
  for (const auto& verdict : found) {
    const auto& [mean, least, most, p] = verdict.difference;
    const std::string words =
        fmt::format("{} ({:+.4f}, 95% interval {:+.4f} to {:+.4f}, corrected p {:.3f})",
                    sorted[verdict.variant].name, mean, least, most, verdict.corrected_p);
    (verdict.corrected_p < kLevel ? worse : alike).push_back(words);
  }
  const auto list = [](const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += fmt::format("- {}\n", name);
    return text;
  };
  std::string text;
  if (!worse.empty()) {
    text += fmt::format("Behind {} by more than chance among seeds explains:\n{}",
                        sorted.front().name, list(worse));
  }
  if (!alike.empty()) {
    text += fmt::format("{}Not told apart from {} by so few seeds:\n{}", worse.empty() ? "" : "\n",
                        sorted.front().name, list(alike));
  }
  text +=
      "\nWelch's t-test between seeds, corrected after Holm. All are measured on the same rows, so "
      "it does not say how\nother rows would rank them";
  if (figure.rows > 0) {
    const auto [least, most] =
        share_interval(moments(values_of(sorted.front(), value)).mean, figure.rows);
    text += fmt::format("; on {} rows the best accuracy is itself known as {:.4f} to {:.4f} (95%)",
                        figure.rows, least, most);
  }
  return text + ".\n";
}

}  // namespace

Moments moments(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  Moments found;
  for (const double value : values) found.mean += value / count;
  if (values.size() < 2) return found;
  double squares = 0.0;
  for (const double value : values) squares += (value - found.mean) * (value - found.mean);
  found.deviation = std::sqrt(squares / (count - 1.0));
  return found;
}

Difference welch(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() < 2 || b.size() < 2) throw Error("a t-test needs two values of each");
  const auto [mean_a, deviation_a] = moments(a);
  const auto [mean_b, deviation_b] = moments(b);
  const auto count_a = static_cast<double>(a.size()), count_b = static_cast<double>(b.size());
  const double part_a = deviation_a * deviation_a / count_a;
  const double part_b = deviation_b * deviation_b / count_b;
  Difference found{.mean = mean_a - mean_b, .least = mean_a - mean_b, .most = mean_a - mean_b};
  const double variance = part_a + part_b;
  if (variance == 0.0) {
    return found;  // no spread, no test
  }
  const double degrees =
      variance * variance / (part_a * part_a / (count_a - 1.0) + part_b * part_b / (count_b - 1.0));
  // In double alone: with long double, Boost computes tables whenever the program starts, and fails
  // where long double is emulated as double.
  using InDouble = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  const boost::math::students_t_distribution<double, InDouble> distribution(degrees);
  const double error = std::sqrt(variance);
  constexpr double kUpper = 0.975;
  const double width = boost::math::quantile(distribution, kUpper) * error;
  found.least -= width;
  found.most += width;
  found.p =
      2.0 * boost::math::cdf(boost::math::complement(distribution, std::abs(found.mean) / error));
  return found;
}

std::string to_markdown(const std::vector<VariantOutcomes>& variants,
                        const ComparedFigure& figure) {
  const auto sorted = best_first(variants, figure);
  std::string text = fmt::format(
      "| variant | changes | {} {} | seeds | validation loss | parameters | training | one answer "
      "|\n|---|---|---|---|---|---|---|---|\n",
      figure.part, figure.name);
  for (const auto& variant : sorted) {
    const auto [mean, deviation] = moments(values_of(variant, value));
    text +=
        fmt::format("| {} | {} | {:.4f}{} | {} | {:.4f} | {} | {} | {:.2f} ms |\n", variant.name,
                    variant.changes.empty() ? "" : "`" + variant.changes + "`", mean,
                    variant.outcomes.size() > 1 ? fmt::format(" ± {:.4f}", deviation) : "",
                    variant.outcomes.size(), moments(values_of(variant, loss)).mean,
                    format_count(static_cast<double>(variant.outcomes.front().parameters)),
                    format_duration(median(values_of(variant, seconds))),
                    median(values_of(variant, milliseconds)));
  }
  return text + "\n" + note(sorted, figure);
}

std::string to_csv(const std::vector<VariantOutcomes>& variants, const ComparedFigure& figure) {
  std::string text =
      fmt::format("variant,changes,seed,{}_{},valid_loss,parameters,training_seconds,latency_ms\n",
                  figure.part, figure.name);
  for (const auto& variant : variants) {
    for (const auto& outcome : variant.outcomes) {
      text += fmt::format("{},\"{}\",{},{:.6f},{:.6f},{},{:.2f},{:.4f}\n", variant.name,
                          variant.changes, outcome.seed, outcome.value, outcome.loss,
                          outcome.parameters, outcome.seconds, outcome.milliseconds);
    }
  }
  return text;
}

nlohmann::json to_json(const std::vector<VariantOutcomes>& variants, const ComparedFigure& figure) {
  const auto sorted = best_first(variants, figure);
  nlohmann::json all = nlohmann::json::array();
  for (const auto& variant : sorted) {
    const auto [mean, deviation] = moments(values_of(variant, value));
    nlohmann::json seeds = nlohmann::json::array();
    for (const auto& outcome : variant.outcomes) {
      seeds.push_back({{"seed", outcome.seed},
                       {"value", outcome.value},
                       {"valid_loss", outcome.loss},
                       {"training_seconds", outcome.seconds},
                       {"latency_ms", outcome.milliseconds}});
    }
    all.push_back({{"name", variant.name},
                   {"changes", variant.changes},
                   {"mean", mean},
                   {"deviation", deviation},
                   {"parameters", variant.outcomes.front().parameters},
                   {"seeds", seeds}});
  }
  for (const auto& verdict : verdicts(sorted)) {
    all[verdict.variant]["against_best"] = {
        {"difference", verdict.difference.mean},
        {"interval", {verdict.difference.least, verdict.difference.most}},
        {"p", verdict.difference.p},
        {"corrected_p", verdict.corrected_p}};
  }
  return {{"figure", figure.name},
          {"part", figure.part},
          {"higher_is_better", figure.higher_is_better},
          {"variants", all}};
}

}  // namespace mnemo
