// Every option that shapes a model is stored with it: an option that the settings' JSON forgets
// would be lost on the way to a run folder or an export.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "app/settings/option_set.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/forecast/train_forecast_options.h"
#include "app/tasks/language/pretrain_text_options.h"
#include "app/tasks/series/series_settings.h"
#include "app/tasks/series/train_series_options.h"
#include "app/tasks/start/language_settings.h"
#include "app/tasks/text/text_settings.h"
#include "app/tasks/text/train_text_options.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// Every option of a model takes at least one of these that is not its default.
constexpr std::array kValues = {"true", "false", "2",     "0.25",    "last", "mean",   "none",
                                "gru",  "relu",  "layer", "stacked", "std",  "learned"};

// Shapes and names of weights tell these; those that only train a model are not told at all.
const std::set<std::string> kSeenInWeights = {
    "cell",       "embedding-dim", "feedforward-size", "hidden-size", "hidden-sizes",
    "horizon",    "layers",        "lookback",         "model",       "norm",
    "inner-norm", "positions",     "segment"};

template <typename Options>
std::vector<std::string> option_names() {
  Options options;
  OptionSet set;
  describe(set, options);
  std::istringstream lines(set.config_text());
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find(" = ");
    if (equals != std::string::npos && !line.starts_with('#'))
      names.push_back(line.substr(0, equals));
  }
  return names;
}

enum class Outcome { shapes_no_model, survives, is_lost };

// Tells whether a change of the option to one of kValues is still there after `round_trip`, the
// writing of a model's settings and their reading.
template <typename Options, typename RoundTrip>
Outcome outcome_of(const std::string& name, Cell cell, const RoundTrip& round_trip) {
  for (const char* value : kValues) {
    Options options;
    OptionSet set;
    describe(set, options);
    set.give("cell", enum_name(cell));
    set.assign_fields();
    options.model = round_trip(options.model);
    const auto before = options.model;
    try {
      set.give(name, value);
      set.assign_fields();
    } catch (const Error&) {
      continue;  // the value is none of this option's
    }
    if (options.model == before) continue;
    return round_trip(options.model) == options.model ? Outcome::survives : Outcome::is_lost;
  }
  return Outcome::shapes_no_model;
}

// Some options are stored with a Transformer alone.
template <typename Options, typename RoundTrip>
void expect_stored(const RoundTrip& round_trip, const std::vector<std::string>& expected) {
  std::vector<std::string> stored, lost;
  for (const auto& name : option_names<Options>()) {
    const auto of_cell = outcome_of<Options>(name, Cell::lstm, round_trip);
    const auto of_transformer = outcome_of<Options>(name, Cell::transformer, round_trip);
    if (of_cell == Outcome::survives || of_transformer == Outcome::survives) {
      stored.push_back(name);
    } else if (of_cell == Outcome::is_lost || of_transformer == Outcome::is_lost) {
      lost.push_back(name);
    }
  }
  EXPECT_EQ(lost, std::vector<std::string>());
  const auto marks = marks_of<Options>();
  for (const auto& name : stored) {
    const bool is_seen = kSeenInWeights.contains(name) || name.ends_with("dropout");
    EXPECT_NE(is_seen, marks.at(name).is_unseen_in_weights)
        << name << ": whoever starts from a run with another one must hear of it";
  }
  for (const auto& name : expected) {
    EXPECT_NE(std::ranges::find(stored, name), stored.end()) << name << " was not tried";
  }
}

TEST(StoredModels, HaveEveryOptionOfATextModel) {
  const auto round_trip = [](const TextClassifierOptions& model) {
    TextSettings settings;
    settings.model = model;
    settings.labels = LabelSet({"a", "b"});
    return text_settings_from_json(to_json(settings), "test").model;
  };
  expect_stored<TrainTextOptions>(
      round_trip, {"cell", "hidden-size", "pooling", "inner-norm", "attention-heads", "positions"});
}

TEST(StoredModels, HaveEveryOptionOfASeriesModel) {
  const auto round_trip = [](const SeriesModelOptions& model) {
    SeriesSettings settings;
    settings.model = model;
    settings.features = {"x"};
    settings.labels = LabelSet({"a", "b"});
    return series_settings_from_json(to_json(settings), "test").model;
  };
  expect_stored<TrainSeriesOptions>(round_trip, {"cell", "hidden-sizes", "pooling", "inner-norm",
                                                 "attention-heads", "z-normalize"});
}

TEST(StoredModels, HaveEveryOptionOfAForecaster) {
  const auto round_trip = [](const ForecasterOptions& model) {
    ForecastSettings settings;
    settings.model = model;
    // The data would settle these.
    if (settings.model.model == ForecastModel::automatic) {
      settings.model.model = ForecastModel::segments;
    }
    for (int64_t* rows :
         {&settings.model.lookback, &settings.model.horizon, &settings.model.segment}) {
      if (*rows == 0) *rows = 3;
    }
    settings.features = settings.targets = {"y"};
    settings.quantiles = {0.5};
    settings.feature_scaling = settings.target_scaling = {{0.0, 1.0}};
    settings.seasonal_error = {1.0};
    return forecast_settings_from_json(to_json(settings), "test").model;
  };
  expect_stored<TrainForecastOptions>(
      round_trip, {"cell", "model", "lookback", "normalization", "inner-norm", "attention-heads"});
}

TEST(StoredModels, HaveEveryOptionOfALanguageModel) {
  const auto round_trip = [](const LanguageModelOptions& model) {
    return language_model_from_json(to_json(model), "test");
  };
  expect_stored<PretrainTextOptions>(round_trip, {"cell", "hidden-size", "output-dropout"});
}

}  // namespace
}  // namespace mnemo
