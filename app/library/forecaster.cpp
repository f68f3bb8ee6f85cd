#include "mnemo/forecaster.h"

#include <string>
#include <utility>

#include "app/classics/classic_forecasts.h"
#include "app/library/data_options.h"
#include "app/library/library_call.h"
#include "app/library/model_evaluation.h"
#include "app/tasks/forecast/backtest.h"
#include "app/tasks/forecast/forecast_comparison.h"
#include "app/tasks/forecast/forecast_predictor.h"
#include "app/tasks/forecast/forecast_windows.h"

namespace mnemo {
namespace {

constexpr const char* kRowsName = "rows";  // those in memory, in messages

// Throws SettingError for values that a setting does not have.
RollingOptions rolling_of(const BacktestOptions& options) {
  RollingOptions rolling{.refit = options.refit};
  OptionSet set;
  set.group("Forecasts");
  describe_part(set, rolling, "");
  describe_stride(set, rolling, "");
  describe_windows(set, rolling, "");
  set.give("part", options.part);
  if (options.stride != 0) set.give("stride", std::to_string(options.stride));
  if (options.windows != 0) set.give("windows", std::to_string(options.windows));
  set.assign_fields();
  return rolling;
}

}  // namespace

struct Forecaster::Impl {
  ForecastPredictor predictor;
  int64_t threads;
  TrainedRows trained;
  std::vector<std::string> columns;
  std::filesystem::path path;  // of the run, for refits
  ComputeOptions compute;

  const ForecastSettings& settings() const { return predictor.settings; }

  // The table of a file or of rows, and the name that stands for them in messages.
  struct Asked {
    NumberTable table;
    std::string name;
    Reporter& reporter;
  };

  Asked read(const std::filesystem::path& file, const DataOptions& options,
             Reporter& reporter) const {
    const auto reading = reading_of(options, Task::forecast);
    return {read_table_for(settings(), reading.table(settings().table), file, reporter.as_warn()),
            file.string(), reporter};
  }
  Asked read(const Rows& rows, const DataOptions& options, Reporter& reporter) const {
    const auto reading = reading_of_rows(options);
    return {
        table_for(settings(), reading.table(settings().table), rows, kRowsName, reporter.as_warn()),
        kRowsName, reporter};
  }

  // What `ask` answers of the file or rows `source`.
  template <typename Source, typename Ask>
  auto with_table(const Source& source, const DataOptions& options, const Ask& ask) const {
    return library_call(threads, [&] {
      LibraryReporter reporter(options.warn);
      return ask(read(source, options, reporter));
    });
  }

  // The `index`-th of `forecasts`, which begins at row `origin` of the table.
  Forecast forecast_at(const Forecasts& forecasts, size_t index, const NumberTable& table,
                       const TableSeries& series, int64_t origin) const {
    Forecast forecast{.series = series.name, .first_row = origin - series.begin + 1};
    const double* values = forecasts.at(static_cast<int64_t>(index), 0, 0);
    forecast.values.assign(values,
                           values + forecasts.horizon * forecasts.targets * forecasts.outputs);
    if (table.times.empty()) return forecast;
    for (int64_t step = 0; step < forecasts.horizon; ++step) {
      forecast.times.push_back(time_of_row(table, settings().step, series, origin + step));
    }
    return forecast;
  }

  std::vector<Forecast> next(const Asked& asked) const {
    const auto& [table, name, reporter] = asked;
    const auto rows = make_rows(table, predictor);
    const auto windows = next_windows(table, settings().model.lookback, name, reporter.as_warn());
    const auto forecasts = forecast_windows(predictor, rows, windows.origins);
    std::vector<Forecast> result;
    for (size_t i = 0; i < windows.origins.size(); ++i) {
      result.push_back(forecast_at(forecasts, i, table, windows.series[i], windows.origins[i]));
    }
    return result;
  }

  // Figures over the windows that `options` chooses, whose forecasts `hear` (may be empty) hears.
  ForecastMetrics roll(const Asked& asked, const BacktestOptions& options,
                       const std::vector<Classic>& classics, const HearForecast& hear) const {
    const auto& [table, name, reporter] = asked;
    const auto windows =
        rolling_windows(table, settings(), rolling_of(options), trained, name, reporter.as_warn());
    const auto refit = options.refit ? refit_of(open_model(path), settings(), compute,
                                                reporter.as_warn(), options.should_stop)
                                     : Refit();
    return mnemo::backtest(predictor, table, windows, classics, refit, hear);
  }

  std::vector<Forecast> rolling(const Asked& asked, const BacktestOptions& options) const {
    const auto& table = asked.table;
    const auto rows = make_rows(table, predictor);
    const auto targets = std::ssize(settings().targets);
    std::vector<Forecast> result;
    roll(asked, options, {}, [&](const RolledForecast& one) {
      auto& forecast = result.emplace_back(forecast_at(
          one.forecasts, static_cast<size_t>(one.index), table, one.series, one.origin));
      const auto actual = rows.targets.begin() + one.origin * targets;
      forecast.actual.assign(actual, actual + settings().model.horizon * targets);
    });
    return result;
  }

  EvaluationResult figures(const Asked& asked, const BacktestOptions& options) const {
    return public_result(evaluation_of(roll(asked, options, all_classics(settings()), {})));
  }
};

Forecaster::Forecaster(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Forecaster::Forecaster(Forecaster&&) noexcept = default;
Forecaster& Forecaster::operator=(Forecaster&&) noexcept = default;
Forecaster::~Forecaster() = default;

Forecaster Forecaster::load(const std::filesystem::path& run_or_model, const LoadOptions& options) {
  const auto compute = compute_of(options);
  return library_call(compute.threads, [&] {
    auto stored = open_for(run_or_model, Task::forecast);
    auto trained = trained_rows(stored.meta);
    auto predictor = load_forecast_predictor(std::move(stored), compute);
    auto columns = needed_columns(seen_columns(predictor.settings), predictor.settings.targets);
    return Forecaster(
        std::make_unique<Impl>(Impl{std::move(predictor), compute.threads, std::move(trained),
                                    std::move(columns), run_or_model, compute}));
  });
}

int64_t Forecaster::lookback() const { return impl_->settings().model.lookback; }
int64_t Forecaster::horizon() const { return impl_->settings().model.horizon; }
const std::vector<std::string>& Forecaster::columns() const { return impl_->columns; }
const std::vector<std::string>& Forecaster::targets() const { return impl_->settings().targets; }
const std::vector<double>& Forecaster::quantiles() const { return impl_->settings().quantiles; }
bool Forecaster::needs_times() const {
  return !impl_->settings().calendar.empty() || !impl_->settings().holidays.empty();
}

std::vector<Forecast> Forecaster::forecast(const Rows& rows, const DataOptions& options) const {
  return impl_->with_table(rows, options, [&](const auto& asked) { return impl_->next(asked); });
}

std::vector<Forecast> Forecaster::forecast_file(const std::filesystem::path& file,
                                                const DataOptions& options) const {
  return impl_->with_table(file, options, [&](const auto& asked) { return impl_->next(asked); });
}

std::vector<Forecast> Forecaster::backtest(const Rows& rows, const BacktestOptions& options) const {
  return impl_->with_table(rows, options.data,
                           [&](const auto& asked) { return impl_->rolling(asked, options); });
}

std::vector<Forecast> Forecaster::backtest_file(const std::filesystem::path& file,
                                                const BacktestOptions& options) const {
  return impl_->with_table(file, options.data,
                           [&](const auto& asked) { return impl_->rolling(asked, options); });
}

EvaluationResult Forecaster::backtest_figures(const Rows& rows,
                                              const BacktestOptions& options) const {
  return impl_->with_table(rows, options.data,
                           [&](const auto& asked) { return impl_->figures(asked, options); });
}

EvaluationResult Forecaster::backtest_figures_of_file(const std::filesystem::path& file,
                                                      const BacktestOptions& options) const {
  return impl_->with_table(file, options.data,
                           [&](const auto& asked) { return impl_->figures(asked, options); });
}

}  // namespace mnemo
