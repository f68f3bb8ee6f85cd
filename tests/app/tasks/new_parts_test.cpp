#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/runs/run_folder.h"
#include "app/settings/compute.h"
#include "app/tasks/forecast/forecast_new_parts.h"
#include "app/tasks/series/series_new_parts.h"
#include "app/tasks/start/initial_weights.h"
#include "app/tasks/text/text_new_parts.h"
#include "models/initialization.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

using Names = std::vector<std::string>;

TextSettings text_settings(Names labels) {
  TextSettings settings;
  settings.labels = LabelSet(std::move(labels));
  settings.model.vocab_size = 10;
  settings.model.classes = settings.labels.size();
  settings.model.embedding_dim = 4;
  settings.model.encoder.hidden_size = 4;
  return settings;
}

SeriesSettings series_settings(Names labels) {
  SeriesSettings settings;
  settings.features = {"x", "y"};
  settings.labels = LabelSet(std::move(labels));
  settings.model.encoder.hidden_sizes = {4};
  complete_model(settings);
  return settings;
}

SeriesSettings series_with_numbers(int64_t numbers) {
  auto settings = series_settings({});
  settings.target_kind = TargetKind::number;
  settings.target_scaling.resize(static_cast<size_t>(numbers));
  complete_model(settings);
  return settings;
}

ForecastSettings forecast_settings(ForecastModel model = ForecastModel::segments) {
  ForecastSettings settings;
  settings.features = settings.targets = {"a", "b"};
  settings.feature_scaling.resize(2);
  settings.target_scaling.resize(2);
  settings.seasonal_error = {1.0, 1.0};
  settings.model.model = model;
  settings.model.lookback = 8;
  settings.model.horizon = 4;
  settings.model.segment = 4;
  settings.model.hidden_size = 4;
  settings.model.hidden_sizes = {4};
  complete_model(settings);
  return settings;
}

class NewPartsTest : public testing::Test {
 protected:
  template <typename Settings>
  StoredModel run_of(Task task, const Settings& settings, const NamedTensors& tensors = {}) const {
    RunFolder folder(folder_.path() / "before", IfExists::overwrite);
    folder.add_file(kConfigFile, "");
    folder.save_weights(to_safetensors(tensors),
                        {{"task", enum_name(task)}, {"settings", to_json(settings)}});
    return open_model(folder.path());
  }

  template <typename Settings>
  NewParts parts(Task task, const Settings& before, const Settings& now) {
    const auto run = run_of(task, before);
    return new_parts(&run, now, [&](const std::string& text) { warning_ += text; });
  }

  TestFolder folder_;
  std::string warning_;
};

TEST_F(NewPartsTest, AreNoneWithoutARunAndForTheSameAnswers) {
  EXPECT_TRUE(new_parts(nullptr, text_settings({"a", "b"}), {}).names.empty());
  EXPECT_TRUE(
      parts(Task::text, text_settings({"a", "b"}), text_settings({"a", "b"})).names.empty());
  EXPECT_TRUE(
      parts(Task::series, series_settings({"a", "b"}), series_settings({"a", "b"})).names.empty());
  EXPECT_TRUE(parts(Task::forecast, forecast_settings(), forecast_settings()).names.empty());
  EXPECT_EQ(warning_, "");
}

TEST_F(NewPartsTest, AreTheDenseLayerForOtherLabels) {
  const auto found = parts(Task::text, text_settings({"a", "b"}), text_settings({"a", "c"}));
  EXPECT_EQ(found.names, Names{"dense"}) << "the same shape, but another meaning";
  EXPECT_TRUE(contains(found.reason, R"(the labels are "a", "c", and were "a", "b")"));
  EXPECT_EQ(
      parts(Task::series, series_settings({"a", "b"}), series_settings({"b", "c", "d"})).names,
      Names{"dense"});
  EXPECT_EQ(parts(Task::series, series_settings({"a", "b"}), series_with_numbers(2)).names,
            Names{"dense"});
  EXPECT_EQ(parts(Task::series, series_with_numbers(1), series_with_numbers(2)).names,
            Names{"dense"});
}

TEST_F(NewPartsTest, OfAForecasterHangOnWhatIsForecast) {
  auto longer = forecast_settings();
  longer.model.horizon = 9;
  EXPECT_EQ(parts(Task::forecast, forecast_settings(), longer).names, Names{"position_embedding"});
  longer.model.horizon = 3;  // still one segment
  EXPECT_TRUE(parts(Task::forecast, forecast_settings(), longer).names.empty());

  auto swapped = forecast_settings();
  swapped.targets = {"b", "a"};
  EXPECT_EQ(parts(Task::forecast, forecast_settings(), swapped).names, Names{"target_embedding"});
  auto quantiles = swapped;
  quantiles.quantiles = {0.1, 0.9};
  EXPECT_EQ(parts(Task::forecast, forecast_settings(), quantiles).names,
            (Names{"target_embedding", "dense"}));

  auto stacked = forecast_settings(ForecastModel::stacked);
  stacked.model.horizon = 3;
  EXPECT_EQ(parts(Task::forecast, forecast_settings(ForecastModel::stacked), stacked).names,
            Names{"dense"});
}

TEST_F(NewPartsTest, OfOtherFeaturesAreRefused) {
  auto other = series_settings({"a", "b"});
  other.features = {"x", "z"};
  const auto message = message_of([&] { parts(Task::series, series_settings({"a", "b"}), other); });
  EXPECT_TRUE(contains(message, "2 (x, y)"));
  EXPECT_TRUE(contains(message, "2 (x, z)"));
  auto calendar = forecast_settings();
  calendar.calendar = {CalendarPart::hour};
  EXPECT_TRUE(contains(message_of([&] { parts(Task::forecast, forecast_settings(), calendar); }),
                       "4 (a, b, "));
}

TEST_F(NewPartsTest, WarnOfSettingsThatNoShapeTells) {
  auto other = text_settings({"a", "b"});
  other.model.pooling.kinds = {Pooling::mean, Pooling::max};
  auto before = other;
  before.model.pooling.kinds = {Pooling::max, Pooling::mean};
  parts(Task::text, before, other);
  EXPECT_TRUE(contains(warning_, R"(pooling ["max","mean"], and now it is ["mean","max"])"));
}

TEST_F(NewPartsTest, StartAnewWhileTheRestIsTakenOver) {
  const auto settings = text_settings({"a", "b", "c"});
  TextClassifier model(settings.model);
  initialize_parameters(*model, {}, make_generator(at::kCPU, 1));
  const auto dense = named_tensors(*model).at("dense.weight").clone();
  TextClassifier before(text_settings({"a", "b"}).model);
  auto tensors = named_tensors(*before);
  for (auto& [name, tensor] : tensors) tensor = at::full_like(tensor, 0.5);
  run_of(Task::text, text_settings({"a", "b"}), tensors);

  InitialWeights weights({.file = {}, .run = (folder_.path() / "before").string()}, Task::text);
  Reporter reporter;
  weights.load_into(*model, new_parts(weights.run(), settings, {}), reporter);
  for (const auto& [name, tensor] : named_tensors(*model)) {
    if (name.starts_with("dense.")) continue;
    EXPECT_TRUE(tensor.eq(0.5).all().item<bool>()) << name;
  }
  EXPECT_TRUE(at::equal(named_tensors(*model).at("dense.weight"), dense));
  nlohmann::json data;
  weights.describe(data);
  EXPECT_EQ(data.at("new_parameters"), (Names{"dense.bias", "dense.weight"}));
}

TEST_F(NewPartsTest, AreNotAskedForOfARunThatIsNone) {
  run_of(Task::text, text_settings({"a", "b"}));
  const auto run = (folder_.path() / "before").string();
  EXPECT_TRUE(contains(message_of([&] { InitialWeights({.file = {}, .run = run}, Task::series); }),
                       "this is a text model, and a series model is to be trained"));
  EXPECT_NO_THROW(InitialWeights({.file = {}, .run = run}, Task::series, /*start=*/Task::text));
  EXPECT_TRUE(
      contains(message_of([&] { InitialWeights({.file = {}, .run = "nowhere"}, Task::series); }),
               "nowhere"));
}

}  // namespace
}  // namespace mnemo
