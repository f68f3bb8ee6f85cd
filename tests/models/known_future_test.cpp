#include "models/known_future.h"

#include <gtest/gtest.h>

#include "models/export/forecaster_export.h"
#include "models/forecaster.h"
#include "models/initialization.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

// A target and another column; of the known ones a number and one of three words.
ForecasterOptions knowing_options(ForecastModel kind) {
  ForecasterOptions options;
  options.model = kind;
  options.lookback = 12;
  options.horizon = 5;
  options.features = 4;
  options.fixed_columns = 2;
  options.known.words = {0, 3};
  options.target_columns = {0, 1};
  options.dropout = 0.0;
  options.hidden_size = 6;
  options.segment = 3;
  options.hidden_sizes = {6};
  return options;
}

at::Tensor knowing_history(const ForecasterOptions& options) {
  auto history = at::randn({3, options.window_rows(), 4});
  history.select(2, 3).copy_(at::randint(0, 3, {3, options.window_rows()}));
  return history;
}

TEST(KnownFuture, ReachesEachStepAndNothingElseOfTheFutureDoes) {
  const at::NoGradGuard no_grad;
  for (const auto kind :
       {ForecastModel::segments, ForecastModel::stacked, ForecastModel::decoder}) {
    const auto options = knowing_options(kind);
    ForecasterModule model(options);
    randomize(*model);
    model->eval();
    auto history = knowing_history(options);
    const auto before = model->forward(history);
    ASSERT_EQ(before.sizes(), (std::vector<int64_t>{3, 5, 2}));
    history.slice(1, options.lookback).slice(2, 0, 2).fill_(99.0);
    EXPECT_TRUE(at::equal(model->forward(history), before)) << "values that are still to come";
    for (const int64_t column : {2, 3}) {
      auto changed = history.clone();
      auto last = changed.select(1, options.window_rows() - 1).select(1, column);
      last.copy_((last + 1.0).remainder(3.0));
      const auto difference = (model->forward(changed) - before).abs().amax({0, 2});
      EXPECT_GT(difference[4].item<float>(), 0.0F) << "column " << column;
    }
  }
}

TEST(KnownFuture, WordsThatNoRowHasStartAsNothing) {
  ForecasterModule model(knowing_options(ForecastModel::decoder));
  initialize_parameters(*model, {}, test_generator(1));
  const auto embedding = model->named_parameters()["words.column_1_embedding"];
  EXPECT_EQ(embedding[2].abs().max().item<float>(), 0.0F);
  EXPECT_GT(embedding[1].abs().max().item<float>(), 0.0F);
}

TEST(KnownFuture, IsInTheExport) {
  for (const auto kind :
       {ForecastModel::segments, ForecastModel::stacked, ForecastModel::decoder}) {
    for (const auto scaling : {WindowScaling::none, WindowScaling::standard}) {
      for (const auto cell : {Cell::lstm, Cell::transformer}) {
        if (kind == ForecastModel::decoder && cell == Cell::transformer) continue;
        for (const int64_t quantiles : {0, 3}) {
          auto options = knowing_options(kind);
          options.window_scaling = scaling;
          options.cell = cell;
          options.transformer.heads = 2;
          options.quantiles = quantiles;
          options.centre = quantiles / 2;
          ForecasterModule model(options);
          randomize(*model);
          EXPECT_NO_THROW(export_forecaster(model, units_in(*model), {}))
              << static_cast<int>(kind) << static_cast<int>(scaling) << static_cast<int>(cell);
        }
      }
    }
  }
}

TEST(KnownFuture, WordsAreLearntOneByOne) {
  WordColumns words(KnownFutureOptions{.words = {2, 0, 9}});
  EXPECT_EQ((KnownFutureOptions{.words = {2, 0, 9}}).width(), 1 + 1 + 5);
  randomize(*words);
  const auto columns = at::tensor({1.0F, 0.5F, 7.0F, 5.0F, 0.5F, 8.0F}).view({1, 2, 3});
  const auto found = words->forward(columns);
  ASSERT_EQ(found.sizes(), (std::vector<int64_t>{1, 2, 7}));
  EXPECT_EQ(found[0][0][0].item<float>(), 0.5F) << "numbers come first";
  EXPECT_EQ(found[0][0][1].item<float>(), found[0][1][1].item<float>())
      << "what is no word counts as the last";
  EXPECT_NE(found[0][0][2].item<float>(), found[0][1][2].item<float>());
}

}  // namespace
}  // namespace mnemo
