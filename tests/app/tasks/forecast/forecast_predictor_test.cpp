#include "app/tasks/forecast/forecast_predictor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "app/settings/model_scaling.h"
#include "models/export/forecaster_export.h"
#include "models/safetensors.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

constexpr int64_t kRows = 40;

// The model sees a column far from 0, the target and the hour.
ForecastSettings predicted_settings() {
  ForecastSettings settings;
  settings.model = {.lookback = 12, .horizon = 4, .dropout = 0.0, .hidden_size = 6, .segment = 4};
  settings.features = {"a", "b"};
  settings.targets = {"b"};
  settings.calendar = {CalendarPart::hour};
  settings.feature_scaling = {{4000.3, 0.7}, {-3.1, 17.9}};
  settings.target_scaling = {{-3.1, 17.9}};
  settings.seasonal_error = {1.0};
  complete_model(settings);
  return settings;
}

NumberTable predicted_table() {
  NumberTable table{.columns = {"a", "b"},
                    .values = {},
                    .series = {{.name = "", .begin = 0, .end = kRows}},
                    .time_column = "time",
                    .times = {},
                    .time_format = {},
                    .step = {},
                    .warnings = {},
                    .sha256 = ""};
  for (int64_t row = 0; row < kRows; ++row) {
    const auto x = static_cast<double>(row);
    table.values.insert(table.values.end(),
                        {4000.3 + std::sin(x / 3.0), -3.1 + 20.0 * std::cos(x / 5.0)});
    table.times.push_back(3600 * kSecond * row);
  }
  return table;
}

StoredModel exported(const std::string& bytes, const ForecastSettings& settings) {
  return {.path = "model.pt",
          .task = Task::forecast,
          .meta = {},
          .settings = to_json(settings),
          .content = TorchScriptModel(bytes, {}, "model.pt")};
}

ForecastUnits units_of(const ForecastSettings& settings) {
  const auto features = scaling_columns(settings.feature_scaling, settings.model.features);
  const auto targets = scaling_columns(settings.target_scaling, settings.model.targets());
  return {.feature_offset = features.offset,
          .feature_scale = features.scale,
          .target_offset = targets.offset,
          .target_scale = targets.scale};
}

std::vector<double> answers(StoredModel model) {
  auto predictor = load_forecast_predictor(std::move(model), {});
  const auto table = predicted_table();
  const std::vector<int64_t> origins = {12, 25, kRows};
  return forecast_windows(predictor, make_rows(table, predictor), origins).values;
}

// Any scaling on the way would show in the last digits. The export says by the type of its own
// scaling what it takes: files of mnemo 0.1 take floats.
TEST(ForecastPredictor, HandsAnExportTheTablesNumbersAndItsAnswersOn) {
  const auto settings = predicted_settings();
  const auto table = predicted_table();
  for (const auto type : {at::kFloat, at::kDouble}) {
    torch::nn::Module holder;
    holder.register_buffer("feature_scaling_offset", at::zeros({4}, type));
    const auto found = answers(exported(to_torchscript(holder, "LastOfB",
                                                       R"(
def forward(self, history: Tensor) -> Tensor:
    assert history.dtype == self.feature_scaling_offset.dtype
    return history[:, -4:, 1:2]
)",
                                                       {}),
                                        settings));
    ASSERT_EQ(found.size(), 12U);
    for (size_t i = 0; i < found.size(); ++i) {
      const int64_t origin = std::vector<int64_t>{12, 25, kRows}[i / 4];
      const double given = table.row(origin - 4 + static_cast<int64_t>(i % 4))[1];
      const double expected = type == at::kDouble ? given : static_cast<float>(given);
      EXPECT_EQ(found[i], expected) << i;
    }
  }
}

void expect_equal_export(ForecastSettings settings) {
  complete_model(settings);
  ForecasterModule model(settings.model);
  randomize(*model);
  set_scaling(model->feature_scaling(), settings.feature_scaling);
  set_scaling(model->target_scaling(), settings.target_scaling);
  const auto of_export =
      answers(exported(export_forecaster(model, units_of(settings), {}), settings));
  const auto of_run =
      answers({.path = "run",
               .task = Task::forecast,
               .meta = {},
               .settings = to_json(settings),
               .content = StoredRun{.meta = {},
                                    .config = "",
                                    .tokenizer = "",
                                    .weights = to_safetensors(named_tensors(*model))}});
  ASSERT_EQ(of_export.size(), of_run.size());
  ASSERT_EQ(of_run.size(), 12 * std::max<size_t>(1, settings.quantiles.size()));
  double largest = 0.0;
  for (const double answer : of_run) largest = std::max(largest, std::abs(answer));
  for (size_t i = 0; i < of_run.size(); ++i) {
    EXPECT_NEAR(of_export[i], of_run[i], 1e-6 * largest) << i;
  }
}

TEST(ForecastPredictor, AnswersFromAnExportAsFromTheRun) {
  for (const std::vector<double>& quantiles : {std::vector<double>{}, {0.1, 0.5, 0.9}}) {
    for (const auto scaling :
         {WindowScaling::none, WindowScaling::standard, WindowScaling::minmax}) {
      auto settings = predicted_settings();
      settings.quantiles = quantiles;
      settings.model.window_scaling = scaling;
      expect_equal_export(settings);
    }
  }
}

TEST(ForecastPredictor, CalibratedAndNonNegativeForecastsAreExportedSo) {
  for (const auto scaling : {WindowScaling::none, WindowScaling::standard}) {
    auto settings = predicted_settings();
    settings.quantiles = {0.1, 0.5, 0.9};
    settings.model.calibrated = settings.model.non_negative = true;
    settings.model.window_scaling = scaling;
    complete_model(settings);
    expect_equal_export(settings);
  }
}

// The model knows no scale but the window's.
TEST(ForecastPredictor, AModelThatScalesByWindowsForecastsAlikeOnEveryScale) {
  auto settings = predicted_settings();
  settings.model.window_scaling = WindowScaling::standard;
  complete_model(settings);
  ForecasterModule model(settings.model);
  randomize(*model);
  set_scaling(model->feature_scaling(), settings.feature_scaling);
  auto history = at::randn({2, 12, 4}, at::kDouble);
  const auto small = model->forecast(history);
  history.slice(2, 0, 2).mul_(1e6).add_(7e6);
  EXPECT_TRUE(at::allclose((model->forecast(history) - 7e6) / 1e6, small, 1e-5, 1e-5));
}

}  // namespace
}  // namespace mnemo
