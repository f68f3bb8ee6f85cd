#include "app/tasks/forecast/train_forecast_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/runs/checkpoint_options.h"
#include "app/settings/cell_settings.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

TrainForecastOptions article_forecast_options() {
  TrainForecastOptions options;
  options.preset = ForecastPreset::article;
  options.scaler = ScalerKind::minmax;
  options.split = {.train_share = 0.8, .valid_share = 0.0, .rows = {}};
  options.model = {.model = ForecastModel::stacked,
                   .lookback = 24,
                   .horizon = 1,
                   .target_columns = {},
                   .normalization = WindowNormalization::none,
                   .dropout = 0.0,
                   .segment = 0,
                   .hidden_sizes = {64, 32}};
  options.loss = ForecastLoss::mse;
  options.autoregression = false;
  options.optimizer.learning_rate = 0.001;
  options.fit = {.epochs = 100,
                 .schedule = {.kind = Schedule::constant},
                 .clip_norm = 0.0,
                 .patience = 0,
                 .keep = KeptWeights::last};
  options.batch_size = 32;
  return options;
}

TrainForecastOptions best_forecast_options() {
  TrainForecastOptions options;
  options.preset = ForecastPreset::best;
  options.loss = ForecastLoss::huber;
  return options;
}

// This stands for a season where there is none: 24 rows, and where nothing else is told of the
// window (`is_free`) of few rows a fifth.
int64_t rows_without_season(int64_t train_rows, bool is_free) {
  constexpr int64_t kUsual = 24, kFew = 64, kShare = 5;
  return train_rows >= kFew || !is_free ? kUsual : std::max<int64_t>(1, train_rows / kShare);
}

// Few rows of many series tell more of each the more are read of it; 0: too few would be left to
// learn from.
int64_t rows_of_several(int64_t series, int64_t train_rows, int64_t cycle, int64_t horizon) {
  constexpr int64_t kEnoughWindows = 1000, kMostCycles = 10;
  const int64_t rows = std::min(2 * train_rows / 3, kMostCycles * cycle);
  const int64_t windows = series * (train_rows - rows - horizon + 1);
  return windows >= kEnoughWindows ? rows : 0;
}

int64_t longest_part_of_season(int64_t season) {
  constexpr int64_t kLongest = 48;
  constexpr int64_t kShortest = 8;  // shorter ones would make many steps of little content
  for (int64_t part = std::min(season, kLongest); part >= kShortest; --part) {
    if (season % part == 0) return part;
  }
  return std::min(season, kLongest);
}

// The setting that leaves no rows to validate on, as it was given.
std::string no_rows_held_out(const ForecastSplit& split) {
  if (!split.rows.empty()) return fmt::format("`split-rows` {}", fmt::join(split.rows, ","));
  if (!split.last.empty()) return fmt::format("`split-last` {}", fmt::join(split.last, ","));
  return "`valid-share` 0";
}

void validate_split(const TrainForecastOptions& options) {
  const auto& rows = options.split.rows;
  if (!rows.empty() && rows.size() != 3) {
    throw SettingError("split-rows",
                       "takes three numbers: rows of the training, validation and test part");
  }
  if (!options.split.last.empty() && options.split.last.size() != 2) {
    throw SettingError("split-last", "takes two numbers: rows of the validation and test part");
  }
  if (!rows.empty() && !options.split.last.empty()) {
    throw SettingError("split-rows", "and `split-last` contradict each other: drop one of the two");
  }
  const bool no_valid = !options.split.holds_rows_out();
  if (no_valid && options.fit.keep == KeptWeights::best) {
    throw UsageError(
        fmt::format("without rows to validate on ({}) the validation loss is that of the test "
                    "part, which must choose nothing: add `keep` last, or hold rows out",
                    no_rows_held_out(options.split)));
  }
  if (no_valid && options.refit) {
    throw SettingError("refit",
                       fmt::format("trains on the rows held out, too, for as many epochs as they "
                                   "have chosen, and none are held out ({})",
                                   no_rows_held_out(options.split)),
                       "leave it out, or hold rows out");
  }
  if (options.refit && options.fit.schedule.kind == Schedule::plateau) {
    throw SettingError("refit",
                       "has no rows held out, by whose loss `schedule` plateau lowers the rate",
                       "take another `schedule`");
  }
  if (no_valid && options.fit.patience > 0) {
    throw UsageError(
        fmt::format("without rows to validate on ({}) there is nothing to stop early by: add "
                    "`patience` 0, or hold rows out",
                    no_rows_held_out(options.split)));
  }
}

void validate_quantiles(const std::vector<double>& quantiles) {
  for (size_t i = 1; i < quantiles.size(); ++i) {
    if (!(quantiles[i - 1] < quantiles[i])) {
      throw SettingError("quantiles", "must ascend, as in 0.1,0.5,0.9");
    }
  }
}

void validate_columns(const TrainForecastOptions& options) {
  const std::pair<const char*, const std::vector<std::string>&> lists[] = {
      {"known", options.known}, {"observed", options.observed}, {"static", options.statics}};
  std::vector<std::string> seen = options.targets;
  for (const auto& [setting, names] : lists) {
    if (!names.empty() && options.targets.empty()) {
      throw SettingError(setting, "needs `target`", "name the columns to forecast");
    }
    for (const auto& name : names) {
      const bool is_feature = std::string_view(setting) != "observed" &&
                              std::ranges::find(options.features, name) != options.features.end();
      if (is_feature || std::ranges::find(seen, name) != seen.end()) {
        throw SettingError(setting, fmt::format("names the column {}, which is named before", name),
                           "name each column once in `target`, `known`, `observed` and `static`");
      }
      seen.push_back(name);
    }
  }
}

void validate_transformer(const TrainForecastOptions& options) {
  ForecasterOptions model = options.model;
  if (model.cell != Cell::transformer) return;
  model.model = chosen_model(options);
  if (model.model == ForecastModel::decoder) {
    throw SettingError("cell",
                       "transformer has no state for `model` decoder to go on from: take `model` "
                       "segments, or a recurrent cell");
  }
  // Any number will do where these are chosen later.
  for (int64_t* rows : {&model.lookback, &model.horizon, &model.segment}) {
    *rows = std::max<int64_t>(1, *rows);
  }
  validate(model.transformer_encoder());
}

}  // namespace

TrainForecastOptions preset_options(ForecastPreset preset) {
  switch (preset) {
    case ForecastPreset::standard:
      return {};
    case ForecastPreset::best:
      return best_forecast_options();
    case ForecastPreset::article:
      return article_forecast_options();
  }
  throw Error("unhandled preset");
}

ForecastModel chosen_model(const TrainForecastOptions& options) {
  if (options.model.model != ForecastModel::automatic) return options.model.model;
  const bool knows =
      !options.known.empty() || !options.statics.empty() || !options.holidays.empty();
  return knows && options.model.cell != Cell::transformer ? ForecastModel::decoder
                                                          : ForecastModel::segments;
}

ForecasterOptions resolve_window(ForecasterOptions model, int64_t season, int64_t train_rows,
                                 int64_t least_rows, int64_t series) {
  constexpr int64_t kLongestLookback = 720, kLongestDecoded = 336;
  const bool is_free = model.horizon == 0 && model.lookback == 0;
  const int64_t cycle = season > 1 ? season : rows_without_season(train_rows, is_free);
  if (model.horizon == 0) model.horizon = cycle;
  if (model.segment == 0) {
    model.segment = season > 1 ? longest_part_of_season(season) : cycle;
    if (model.lookback > 0) model.segment = std::min(model.segment, model.lookback);
  }
  if (model.lookback == 0) {
    // A cell that reads row by row takes as long as there are rows, and reads seven seasons.
    const int64_t most = model.model == ForecastModel::decoder
                             ? std::min(7 * cycle, kLongestDecoded)
                             : kLongestLookback;
    const int64_t least = std::min(cycle, most);
    int64_t rows = std::clamp(train_rows / 5, least, most);
    if (series > 1) {
      rows = std::clamp(rows_of_several(series, train_rows, cycle, model.horizon), rows, most);
    }
    if (least_rows > 0) rows = std::min(rows, std::max(least, least_rows - model.horizon));
    model.lookback = std::max<int64_t>(1, rows / model.segment) * model.segment;
  }
  return model;
}

void validate(const TrainForecastOptions& options) {
  if (options.train_file.empty()) {
    throw SettingError("train", "is missing", "name the CSV file with the rows in time order");
  }
  require_run_folder(options.out);
  validate_columns(options);
  require_places(options.holidays);
  validate_split(options);
  const auto& model = options.model;
  const bool stacked = chosen_model(options) == ForecastModel::stacked;
  const bool one_layer = stacked ? model.hidden_sizes.size() == 1 : model.layers == 1;
  validate(LayerSettings{.cell = model.cell,
                         .layer_dropout = model.layer_dropout,
                         .recurrent_dropout = model.recurrent_dropout,
                         .variational = model.variational,
                         .other_dropouts = {{"input-dropout", model.input_dropout}},
                         .inner_norm = model.inner_norm,
                         .single_layer = one_layer ? "there is one" : ""},
           options.initialization);
  validate_quantiles(options.quantiles);
  if (stacked && model.hidden_sizes.empty()) {
    throw SettingError("hidden-sizes", "is empty", "name at least one layer's units");
  }
  validate_transformer(options);
  validate(options.optimizer);
}

}  // namespace mnemo
