#include "app/training/training_options.h"

#include <fmt/format.h>

#include <string>

#include "app/training/fit_enum_tables.h"
#include "mnemo/error.h"

namespace mnemo {

void describe(OptionSet& set, InitializationOptions& options) {
  set.number("forget-bias", options.forget_bias, {-10.0, 10.0},
             "added to the first bias of the LSTM's forget gate");
  set.choice("dense-init", options.dense, "first matrices of cells' inputs and dense layers");
  set.choice("recurrent-init", options.recurrent, "first recurrent matrices");
}

void describe_with_embedding(OptionSet& set, InitializationOptions& options) {
  set.number("embedding-std", options.embedding_std, {0.0, 10.0},
             "standard deviation of the first embedding");
  describe(set, options);
}

void describe(OptionSet& set, FitOptions& options) {
  set.number_or_auto("epochs", options.epochs, {1, 100'000},
                     "passes over the training part, at most; auto: more on small data");
  set.number("patience", options.patience, {0, 100'000},
             "epochs without a lower validation loss before stopping; 0: never; with `epochs` auto "
             "at least a fifth of the epochs");
  set.number("min-epochs", options.min_epochs, {0, 100'000},
             "epochs before which a lost `patience` does not stop it");
  set.number("stop-after", options.stop_after, {0, 100'000},
             "epochs after which to stop all the same, with the learning rate as for all of "
             "`epochs`; 0: never")
      .may_change_on_resume();  // it changes nothing of what was before
  set.choice("keep", options.keep, "weights to keep, by validation loss or the last ones");
  set.choice("schedule", options.schedule.kind, "how the learning rate goes").takes_no_time();
  set.number("warmup-steps", options.schedule.warmup_steps, {0, 1'000'000},
             "first steps over which the learning rate rises to its full height");
  set.number("decay-factor", options.schedule.decay_factor, {1e-6, 1.0},
             "what step, exponential and plateau multiply the learning rate with");
  set.number("decay-epochs", options.schedule.decay_epochs, {1, 100'000},
             "epochs between two steps, or that plateau waits for a lower validation loss");
  set.number("clip-norm", options.clip_norm, {0.0, 1e9},
             "largest norm of the gradient; 0: no clipping");
  set.number("clip-value", options.clip_value, {0.0, 1e9},
             "largest element of the gradient, before its norm; 0: no clipping");
  set.number("accumulate", options.accumulate, {1, 100'000},
             "batches whose gradients make one step, as if they were one batch");
  set.number("average-decay", options.average_decay, {0.0, 0.999999},
             "decay of the weights' moving average, which is then what is kept; 0: no average")
      .takes_no_time();
}

void describe(OptionSet& set, OptimizerOptions& options) {
  set.choice("optimizer", options.kind, "optimizer");
  // A regression on a few trials, in which many knobs differ, would have it explain times.
  set.number("learning-rate", options.learning_rate, {1e-9, 100.0}, "learning rate")
      .takes_no_time();
  set.number("momentum", options.momentum, {0.0, 0.9999}, "of sgd and rmsprop");
  set.flag("nesterov", options.nesterov, "look ahead with the momentum of sgd");
  set.number("weight-decay", options.weight_decay, {0.0, 10.0},
             "of matrices; with adamw decoupled, otherwise a part of the gradient")
      .takes_no_time();
}

void describe(OptionSet& set, ClassLossOptions& options) {
  set.number("label-smoothing", options.label_smoothing, {0.0, 0.9},
             "share of a label's probability to spread over all labels")
      .takes_no_time();
  set.choice("class-weights", options.class_weights,
             "weights of labels in the loss; balanced: all labels alike, however rare");
  set.choice("sampling", options.sampling,
             "samples of an epoch; balanced: as many of each label, those of rare ones oftener");
}

void describe_batch_size(OptionSet& set, int64_t& size, int64_t least, const char* what) {
  const std::string help = fmt::format("{} a step{}", what, least == 0 ? "; 0: all" : "");
  set.number("batch-size", size, {least, 65'536}, help.c_str());
}

void describe_seed(OptionSet& set, uint64_t& seed) {
  set.number("seed", seed, Range<uint64_t>{}, "of everything random").same_in_searches();
}

void describe_split_seed(OptionSet& set, int64_t& seed, const char* rows) {
  const std::string help = fmt::format("of which {} are held out; auto: `seed`", rows);
  set.number_or_auto("split-seed", seed, {1, 1'000'000'000}, help.c_str()).same_in_searches();
}

void describe_valid_share(OptionSet& set, double& share, Range<double> range, const char* help) {
  set.number("valid-share", share, range, help).same_in_searches();
}

void describe_aux_weight(OptionSet& set, double& weight) {
  set.number("aux-weight", weight, {0.0, 1000.0}, "weight of the loss on `aux-label-column`");
}

void describe_softmax_draws(OptionSet& set, int64_t& draws, const char* help) {
  set.number("softmax-draws", draws, {0, 10'000'000}, help);
}

void require_consistent_schedule(const OptionSet& set, const ScheduleOptions& options) {
  const bool waits = options.kind == Schedule::step || options.kind == Schedule::plateau;
  const bool decays = waits || options.kind == Schedule::exponential;
  if (set.given("decay-factor") && !decays) {
    throw SettingError("decay-factor", "is for `schedule` step, exponential and plateau",
                       "leave it out");
  }
  if (set.given("decay-epochs") && !waits) {
    throw SettingError("decay-epochs", "is for `schedule` step and plateau", "leave it out");
  }
  if (options.kind == Schedule::one_cycle && options.warmup_steps > 0) {
    throw SettingError("warmup-steps",
                       "and `schedule` one-cycle, which rises by itself: drop one of the two");
  }
}

}  // namespace mnemo
