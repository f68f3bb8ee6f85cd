#include "app/runs/checkpoint.h"

#include <gtest/gtest.h>

#include <limits>

#include "app/runs/run_folder.h"
#include "common/files.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

Checkpoint example() {
  FitProgress progress{.epoch = 3, .step = 7, .norm_sum = 0.1 + 0.2, .kept_epoch = 2};
  progress.train = {.loss = 1.0 / 3.0,
                    .metric = std::numeric_limits<double>::infinity(),
                    .samples = 5,
                    .units = 9};
  progress.plateau.lowest_loss = 1e-300;
  FitState state{.progress = to_text(progress), .tensors = {}};
  add_part(state.tensors, kModelPart, {{"weight", at::arange(6).reshape({2, 3}).to(at::kFloat)}});
  return {.training_id = "ab12",
          .config = "epochs = 3\n",
          .basis = {{"train_file_sha256", "abc"}, {"threads", 2}},
          .result = {{"best_epoch", 2}},
          .metrics = "{}\n{}\n",
          .diagnosis = "{}\n",
          .state = state};
}

TEST(Checkpoint, ComesBackBitForBit) {
  const TestFolder folder;
  RunFolder run(folder.path(), IfExists::refuse);
  EXPECT_FALSE(read_checkpoint(folder.path()));
  const auto before = example();
  write_checkpoint(run, before);
  const auto found = read_checkpoint(folder.path());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->training_id, before.training_id);
  EXPECT_EQ(found->config, before.config);
  EXPECT_EQ(found->basis, before.basis);
  EXPECT_EQ(found->result, before.result);
  EXPECT_EQ(found->metrics, before.metrics);
  EXPECT_EQ(found->diagnosis, before.diagnosis);
  const auto progress = progress_from_text(found->state.progress);
  EXPECT_EQ(progress.norm_sum, 0.1 + 0.2);
  EXPECT_EQ(progress.train.loss, 1.0 / 3.0);
  EXPECT_EQ(progress.train.metric, std::numeric_limits<double>::infinity());
  EXPECT_EQ(progress.plateau.lowest_loss, 1e-300);
  const auto model = part_of(found->state.tensors, kModelPart);
  EXPECT_TRUE(model.at("weight").equal(before.state.tensors.at("model.weight")));
}

TEST(Checkpoint, IsRefusedWhenItIsDamagedAnywhere) {
  const TestFolder folder;
  RunFolder run(folder.path(), IfExists::refuse);
  write_checkpoint(run, example());
  const auto path = folder.path() / kCheckpointFile;
  const std::string whole = read_file(path);
  for (const size_t at : {size_t{5}, whole.find("threads"), whole.size() - 1}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write_file_atomically(path, damaged);
    EXPECT_TRUE(contains(message_of([&] { read_checkpoint(folder.path()); }), "damaged")) << at;
  }
  write_file_atomically(path, whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(contains(message_of([&] { read_checkpoint(folder.path()); }), kCheckpointFile));
}

TEST(Checkpoint, IsForTheSameDataOnly) {
  const auto basis = example().basis;
  EXPECT_NO_THROW(require_same_basis(basis, basis, "run"));
  auto other = basis;
  other["threads"] = 1;
  const auto message = message_of([&] { require_same_basis(basis, other, "run"); });
  EXPECT_TRUE(contains(message, "threads is 1 and was 2")) << message;
  other["train_file"] = "a.csv";
  other["train_file_sha256"] = "abd";
  EXPECT_TRUE(contains(message_of([&] { require_same_basis(basis, other, "run"); }),
                       "the content of \"a.csv\" has changed"));
}

TEST(CheckpointPlan, IsStepsOrATime) {
  EXPECT_EQ(parse_checkpoint_plan("500steps").steps, 500);
  EXPECT_EQ(parse_checkpoint_plan("500steps").seconds, 0.0);
  EXPECT_EQ(parse_checkpoint_plan("30s").seconds, 30.0);
  EXPECT_EQ(parse_checkpoint_plan("5m").seconds, 300.0);
  EXPECT_EQ(parse_checkpoint_plan("1h").seconds, 3600.0);
  EXPECT_EQ(parse_checkpoint_plan("0").seconds, 0.0);
  for (const char* wrong : {"", "5", "m", "-5m", "5 m", "5min", "5.5m", "99999999999999999999s"}) {
    EXPECT_THROW(parse_checkpoint_plan(wrong), UsageError) << wrong;
  }
}

}  // namespace
}  // namespace mnemo
