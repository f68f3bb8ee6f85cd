#include "app/tasks/forecast/train_forecast_options.h"

#include <gtest/gtest.h>

#include "app/tasks/frame/resolve_settings.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

TrainForecastOptions resolved(Settings given) {
  given["train"] = "shop.csv";
  given["out"] = "run";
  given["target"] = "y";
  TrainForecastOptions options;
  resolve_settings(options, [&](TrainForecastOptions& described, const std::string& before,
                                const std::string& place) {
    return ReadSettings<OptionSet>{assign_settings(described, given, before, place)};
  });
  return options;
}

TEST(TrainForecastOptions, ADecoderHasDefaultsOfItsOwn) {
  const auto segments = resolved({});
  EXPECT_EQ(segments.model.hidden_size, 256);
  const auto decoder = resolved({{"known", "promo"}});
  EXPECT_EQ(decoder.model.hidden_size, 128);
  EXPECT_EQ(decoder.model.dropout, 0.2);
  EXPECT_EQ(decoder.optimizer.learning_rate, 0.002);
  const auto given = resolved({{"known", "promo"}, {"hidden-size", "256"}});
  EXPECT_EQ(given.model.hidden_size, 256) << "what is given holds";
  EXPECT_EQ(given.optimizer.learning_rate, 0.002);
}

TEST(TrainForecastOptions, RowsAreSplitInOneWay) {
  TrainForecastOptions options;  // as one config file may have it
  options.train_file = "load.csv";
  options.out = "run";
  options.split.rows = {96, 24, 24};
  EXPECT_NO_THROW(validate(options));
  options.split.last = {24, 24};
  EXPECT_TRUE(contains(message_of([&] { validate(options); }),
                       "`split-rows` and `split-last` contradict each other"));
}

TEST(TrainForecastOptions, SizesOfAnotherModelAreRefused) {
  EXPECT_THROW(resolved({{"known", "promo"}, {"segment", "6"}}), SettingError);
  EXPECT_THROW(resolved({{"model", "stacked"}, {"hidden-size", "6"}}), SettingError);
  EXPECT_THROW(resolved({{"known", "promo"}, {"hidden-sizes", "6"}}), SettingError);
  EXPECT_THROW(resolved({{"model", "decoder"}, {"cell", "transformer"}}), SettingError);
  EXPECT_NO_THROW(resolved({{"known", "promo"}, {"cell", "transformer"}, {"segment", "6"}}));
}

TEST(ResolveWindow, ReadsMostOfManyShortSeries) {
  ForecasterOptions model = {.horizon = 8, .segment = 0};
  const auto lookback = [&](int64_t rows, int64_t least, int64_t series) {
    return resolve_window(model, /*season=*/4, rows, least, series).lookback;
  };
  EXPECT_EQ(lookback(64, 64, 304), 40);
  EXPECT_EQ(lookback(48, 48, 304), 32) << "two thirds";
  EXPECT_EQ(lookback(64, 64, 10), 12) << "a fifth: too few windows would be left";
  EXPECT_EQ(lookback(64, 30, 304), 20) << "series of 30 rows have room for a window";
  EXPECT_EQ(lookback(120, 120, 304), 40) << "ten seasons";
  EXPECT_EQ(lookback(400, 400, 304), 80) << "a fifth is more";
  model.lookback = 16;
  EXPECT_EQ(lookback(64, 64, 304), 16);
}

}  // namespace
}  // namespace mnemo
