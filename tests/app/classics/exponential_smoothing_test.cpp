#include "app/classics/exponential_smoothing.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/app/classics/classic_series.h"

namespace mnemo {
namespace {

// ExponentialSmoothing(initialization_method="known") of statsmodels 0.15.0 gives these of the
// airline passengers, with the same first states: the squared error and the first, second and
// fourteenth forecast with the weights 0.3, 0.05 and 0.2 and damping 0.9, and the first three with
// the weights of least error. It damps by 0.995 at most, so that damped fits cannot be compared.
struct Smoothed {
  SmoothingForm form;
  double first_level, first_trend;
  double squared_error;
  double forecast[3];
  double least_error;
  double fitted[3];
};

constexpr auto kNone = SmoothedTrend::none, kTrend = SmoothedTrend::additive,
               kDamped = SmoothedTrend::damped;
constexpr auto kPlain = SeasonForm::none, kPlus = SeasonForm::additive,
               kTimes = SeasonForm::multiplicative;
constexpr double kUnlike = 0.0;

const Smoothed kSmoothed[] = {
    {{kNone, kPlain},
     118.466667,
     0.0,
     300813.033,
     {461.766589, 461.766589, 461.766589},
     162545.819,
     {432.0, 432.0, 432.0}},
    {{kNone, kPlus},
     118.744112,
     0.0,
     72764.6023,
     {457.265823, 444.202540, 444.202540},
     29508.7757,
     {444.05132, 419.26241, 458.21860}},
    {{kNone, kTimes},
     119.169065,
     0.0,
     36878.6095,
     {443.580353, 425.451547, 425.451547},
     22036.7235,
     {438.39315, 410.38559, 455.39232}},
    {{kTrend, kPlain},
     118.466667,
     2.06060606,
     313013.449,
     {474.438727, 476.569239, 502.135381},
     161865.120,
     {434.06061, 436.12122, 438.18182}},
    {{kTrend, kPlus},
     118.744112,
     1.15380435,
     66884.2829,
     {469.346310, 459.973227, 500.698847},
     22388.6848,
     {453.35402, 429.29731, 467.08638}},
    {{kTrend, kTimes},
     119.169065,
     1.11961212,
     25383.7344,
     {453.829825, 438.670505, 477.353149},
     16547.6525,
     {446.71649, 419.61122, 466.72684}},
    {{kDamped, kPlain},
     118.466667,
     2.06060606,
     311892.065,
     {465.595474, 465.105149, 461.938562},
     kUnlike,
     {}},
    {{kDamped, kPlus},
     118.744112,
     1.15380435,
     70854.0533,
     {461.708583, 449.800858, 454.400014},
     kUnlike,
     {}},
    {{kDamped, kTimes},
     119.169065,
     1.11961212,
     31993.4255,
     {447.067994, 429.898211, 436.178880},
     kUnlike,
     {}},
};

class SmoothingForms : public testing::TestWithParam<Smoothed> {};

TEST_P(SmoothingForms, FollowTheSeriesAsStatsmodelsDoes) {
  const auto& wanted = GetParam();
  const auto values = airline_passengers();
  SmoothingFit fit{.form = wanted.form,
                   .weights = {.level = 0.3,
                               .trend = 0.05,
                               .season = 0.2,
                               .damping = wanted.form.trend == kDamped ? 0.9 : 1.0},
                   .states = first_states(values, wanted.form, 12)};
  EXPECT_NEAR(fit.states.level, wanted.first_level, 1e-6);
  EXPECT_NEAR(fit.states.trend, wanted.first_trend, 1e-6);
  EXPECT_NEAR(smooth(values, wanted.form, fit.weights, fit.states) / wanted.squared_error, 1.0,
              1e-8);
  std::vector<double> forecast(14);
  forecast_by_smoothing(fit, forecast);
  EXPECT_NEAR(forecast[0], wanted.forecast[0], 1e-5);
  EXPECT_NEAR(forecast[1], wanted.forecast[1], 1e-5);
  EXPECT_NEAR(forecast[13], wanted.forecast[2], 1e-5);
}

TEST_P(SmoothingForms, AreFittedAsStatsmodelsFitsThem) {
  const auto& wanted = GetParam();
  const auto fit = fit_smoothing(airline_passengers(), wanted.form, 12);
  if (wanted.least_error == kUnlike) {
    EXPECT_LE(fit.weights.damping, 0.98);
    EXPECT_LT(fit.squared_error, wanted.squared_error);
    return;
  }
  // The weights end at 0.9999, statsmodels' at 1.
  EXPECT_LT(fit.squared_error, wanted.least_error * (1.0 + 2e-4));
  std::vector<double> forecast(3);
  forecast_by_smoothing(fit, forecast);
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(forecast[i], wanted.fitted[i], 0.01) << i;
}

INSTANTIATE_TEST_SUITE_P(Airline, SmoothingForms, testing::ValuesIn(kSmoothed));

TEST(ExponentialSmoothing, TakesTheFormOfLeastAicc) {
  const auto passengers = choose_smoothing(airline_passengers(), 12);
  EXPECT_EQ(passengers.form, (SmoothingForm{kTrend, kTimes})) << "Holt and Winters' own example";
  const double n = 144.0, p = 17.0;  // 3 weights, 2 and 12 states less the one that is bound, 1
  EXPECT_NEAR(passengers.aicc,
              n * std::log(passengers.squared_error / n) + 2 * p + 2 * p * (p + 1) / (n - p - 1),
              1e-6);
  EXPECT_EQ(choose_smoothing(nile(), 12).form.season, kPlain);
  EXPECT_NE(choose_smoothing(around_zero(), 5).form.season, kTimes) << "of values below 0";
  EXPECT_EQ(choose_smoothing(around_zero(), 5).form.season, kPlus);
}

TEST(ExponentialSmoothing, OfFewRowsIsTheLastValueOrALevel) {
  std::vector<double> forecast(2);
  forecast_by_smoothing(choose_smoothing(std::vector<double>{4.0, 6.0}, 12), forecast);
  EXPECT_EQ(forecast, (std::vector<double>{6.0, 6.0}));
  auto values = airline_passengers();
  values.resize(20);
  EXPECT_EQ(choose_smoothing(values, 12).form.season, kPlain) << "not two seasons";
  forecast_by_smoothing(choose_smoothing(std::vector<double>(30, 2.0), 12), forecast);
  EXPECT_NEAR(forecast[1], 2.0, 1e-9) << "of a constant";
}

}  // namespace
}  // namespace mnemo
