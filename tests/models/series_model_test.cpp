#include "models/series_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <ostream>
#include <string>

#include "models/export/series_model_export.h"
#include "tests/common/test_helpers.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

SeriesModelOptions small_series_options() {
  SeriesModelOptions options;
  options.features = 3;
  options.outputs = 4;
  options.encoder.hidden_sizes = {6, 8};
  options.pooling = {.kinds = {Pooling::attention, Pooling::last, Pooling::max}, .heads = 2};
  return options;
}

SeriesModule evaluated(const SeriesModelOptions& options) {
  SeriesModule model(options);
  randomize(*model);
  for (auto& buffer : model->named_buffers()) {
    if (buffer.key().starts_with("linear.")) buffer.value().uniform_(-0.5, 0.5, test_generator());
  }
  model->feature_scaling().set(std::vector<double>{1.0, -2.0, 0.5},
                               std::vector<double>{2.0, 3.0, 0.5});
  model->target_scaling().set(std::vector<double>(4, 5.0), std::vector<double>{1.0, 2.0, 3.0, 4.0});
  model->eval();
  return model;
}

struct Shape {
  std::string name;
  SeriesModelOptions options;
  SeriesAnswer answer = SeriesAnswer::probabilities;
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

std::vector<Shape> shapes() {
  std::vector<Shape> all = {{"default_like", small_series_options()}};
  auto options = small_series_options();
  options.z_normalize = true;
  options.norm = Norm::batch;
  all.push_back({"z_normalized", options});
  options.linear_steps = 5;  // some series are shorter, one is longer
  all.push_back({"linear_z_normalized", options});
  options = small_series_options();
  options.linear_steps = 4;
  all.push_back({"linear", options});
  options = small_series_options();
  options.encoder = {.hidden_sizes = {7}};
  options.pooling.kinds = {Pooling::last};
  options.norm = Norm::none;
  all.push_back({"article_torch", options});
  options.encoder.hidden_sizes = {7, 5, 4};
  all.push_back({"article_stacked", options});
  all.push_back({"numbers", options, SeriesAnswer::numbers});
  options.encoder.cell = Cell::gru;
  options.encoder.bidirectional = true;
  all.push_back({"gru", options});
  options = small_series_options();
  options.encoder = {.hidden_sizes = {8, 8}, .bidirectional = true, .cell = Cell::transformer};
  all.push_back({"transformer", options});
  options.encoder.bidirectional = false;
  options.transformer = {.heads = 2, .positions = Positions::learned, .longest = 40};
  all.push_back({"causal_transformer", options});
  return all;
}

const std::vector<int64_t> kLengths = {4, 1, 7, 5};

SequenceBatch sample_batch() {
  const auto layout = SequenceLayout::of(kLengths);
  return {random_packed(layout, 3), layout};
}

// (T, F) of the caller's i-th series.
at::Tensor series_of(const SequenceBatch& batch, int64_t i) {
  const int64_t place = batch.layout.caller_order()[i].item<int64_t>();
  return pad_steps(batch.values, batch.layout)
      .select(1, place)
      .narrow(0, 0, kLengths[static_cast<size_t>(i)]);
}

class SeriesModelShapes : public testing::TestWithParam<Shape> {};

TEST_P(SeriesModelShapes, ASeriesGivesTheSameAloneAndInABatch) {
  const at::NoGradGuard no_grad;
  auto model = evaluated(GetParam().options);
  const auto batch = sample_batch();
  const auto together = model->forward(batch);
  ASSERT_EQ(together.sizes(), (std::vector<int64_t>{4, 4}));
  for (int64_t i = 0; i < 4; ++i) {
    const auto layout = SequenceLayout::of(std::vector{kLengths[static_cast<size_t>(i)]});
    const auto alone = model->forward({series_of(batch, i), layout});
    EXPECT_TRUE(at::allclose(alone[0], together[i], 1e-4, 1e-5)) << i;
  }
}

// Also compares the export with the model, at three batch sizes; here padding beyond the longest
// series comes in, of what is no number.
TEST_P(SeriesModelShapes, ExportsWhateverStandsInThePadding) {
  const at::NoGradGuard no_grad;
  auto model = evaluated(GetParam().options);
  TorchScriptModel exported(export_series_model(model, GetParam().answer, {}), {}, "test");
  const auto batch = sample_batch();
  auto padded = at::full({4, 9, 3}, std::numeric_limits<float>::quiet_NaN());
  for (int64_t i = 0; i < 4; ++i) {
    const auto series = series_of(batch, i);
    padded[i].narrow(0, 0, series.size(0)).copy_(series);
  }
  const auto found = exported.forward({padded, at::tensor(kLengths, at::kLong)});
  EXPECT_TRUE(at::allclose(found, series_answer(model, GetParam().answer, batch), 1e-4, 1e-5));
  try {
    exported.forward({padded, at::full({4}, 10, at::kLong)});
    ADD_FAILURE() << "took lengths beyond the padding";
  } catch (const std::exception& error) {
    EXPECT_TRUE(contains(error.what(), "a length is larger than the number of steps"));
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, SeriesModelShapes, testing::ValuesIn(shapes()),
                         [](const auto& test) { return test.param.name; });

TEST(SeriesModel, AddsALinearMapOfTheStepsThatItKnows) {
  const at::NoGradGuard no_grad;
  auto options = small_series_options();
  options.linear_steps = 4;
  auto model = evaluated(options);
  const auto batch = sample_batch();
  const auto linear = model->forward(batch) - model->forward_layers(batch).answer;
  const auto tensors = model->named_buffers();
  const auto& weight = tensors["linear.weight"];  // (outputs, steps, F)
  const auto scaled = [&](int64_t i) {
    return model->feature_scaling().scale(series_of(batch, i));
  };
  for (const int64_t i : {0, 1, 2}) {  // as long, shorter, longer
    const int64_t steps = std::min<int64_t>(4, kLengths[static_cast<size_t>(i)]);
    const auto read = scaled(i).narrow(0, 0, steps);
    const auto expected = (weight.narrow(1, 0, steps) * read).sum({1, 2}) + tensors["linear.bias"];
    EXPECT_TRUE(at::allclose(linear[i], expected, 1e-4, 1e-5)) << i;
  }
}

TEST(SeriesModel, ZNormalizationForgetsLevelAndSpreadOfASeries) {
  const at::NoGradGuard no_grad;
  auto options = small_series_options();
  options.z_normalize = true;
  auto model = evaluated(options);
  auto batch = sample_batch();
  const auto before = model->forward(batch);
  batch.values = batch.values * 50.0 + 9.0;
  const auto after = model->forward(batch);
  for (const int64_t i : {0, 2, 3}) {  // a series of one step has no spread
    EXPECT_TRUE(at::allclose(before[i], after[i], 1e-2, 1e-2)) << i;
  }
}

TEST(SeriesModel, RefusesHeadsThatDoNotDivide) {
  auto options = small_series_options();
  options.pooling.heads = 3;
  EXPECT_THROW(SeriesModule{options}, UsageError);
}

}  // namespace
}  // namespace mnemo
