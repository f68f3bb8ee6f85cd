// Trained models: answers, evaluation, explanations, and what leaves a run.
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/report.h"
#include "mnemo/classifier.h"
#include "mnemo/evaluation.h"
#include "mnemo/explanation.h"
#include "mnemo/exporting.h"
#include "mnemo/forecaster.h"
#include "mnemo/series_model.h"
#include "python/src/bindings.h"
#include "python/src/rows.h"

namespace mnemo::python {
namespace {

using Path = std::filesystem::path;
using Texts = std::vector<std::string>;
using Array = nb::ndarray<nb::numpy, double>;

LoadOptions load_options(int threads, const std::string& device, const std::string& precision) {
  return {.threads = threads, .device = device, .precision = precision};
}

template <typename Model>
Model load(const Path& path, int threads, const std::string& device, const std::string& precision) {
  return without_lock([&] { return Model::load(path, load_options(threads, device, precision)); });
}

// Adds the static method load() that models of all tasks have.
template <typename Model>
nb::class_<Model> define_model(nb::module_& module, const char* name) {
  return nb::class_<Model>(module, name)
      .def_static("load", &load<Model>, nb::arg("path"), nb::arg("threads"), nb::arg("device"),
                  nb::arg("precision"));
}

// (texts, labels) probabilities, or (texts, 1) numbers; and of each text the labels that it has, of
// a model that gives any number of them.
nb::tuple answers_of(const std::vector<Prediction>& answers, const Classifier& model) {
  const size_t labels = model.labels().size();
  std::vector<double> table;
  table.reserve(answers.size() * std::max<size_t>(labels, 1));
  nb::list lists;
  for (const auto& answer : answers) {
    if (labels == 0) table.push_back(answer.number);
    table.insert(table.end(), answer.probabilities.begin(), answer.probabilities.end());
    lists.append(nb::cast(answer.labels));
  }
  return nb::make_tuple(to_array(std::move(table), {answers.size(), std::max<size_t>(labels, 1)}),
                        lists);
}

// (series, labels) or (series, targets)
Array table_of(const std::vector<SeriesPrediction>& answers, const SeriesModel& model) {
  const size_t width = model.labels().empty() ? model.targets().size() : model.labels().size();
  std::vector<double> table;
  table.reserve(answers.size() * width);
  for (const auto& answer : answers) {
    const auto& row = model.labels().empty() ? answer.numbers : answer.probabilities;
    table.insert(table.end(), row.begin(), row.end());
  }
  return to_array(std::move(table), {answers.size(), width});
}

void define_data_options(nb::module_& module) {
  nb::class_<DataOptions>(module, "DataOptions")
      .def(nb::init<>())
      .def_rw("input_format", &DataOptions::input_format)
      .def_rw("text_column", &DataOptions::text_column)
      .def_rw("header", &DataOptions::header)
      .def_rw("invalid_utf8", &DataOptions::invalid_utf8)
      .def_rw("label_column", &DataOptions::label_columns)
      .def_rw("series_format", &DataOptions::series_format)
      .def_rw("id_column", &DataOptions::id_column)
      .def_rw("step_column", &DataOptions::step_column)
      .def_rw("labels", &DataOptions::labels)
      .def_rw("delimiter", &DataOptions::delimiter)
      .def_rw("quoting", &DataOptions::quoting)
      .def_rw("missing", &DataOptions::missing)
      .def_rw("time_column", &DataOptions::time_column)
      .def_rw("time_format", &DataOptions::time_format)
      .def_rw("series_column", &DataOptions::series_column)
      .def_rw("decimal", &DataOptions::decimal)
      .def_rw("skip_lines", &DataOptions::skip_lines)
      .def_rw("missing_marker", &DataOptions::missing_markers)
      .def_prop_rw(
          "warn", [](const DataOptions& options) { return options.warn; },
          [](DataOptions& options, std::function<void(const std::string&)> warn) {
            options.warn = [hear = std::move(warn)](const std::string& text) {
              hear(with_python_names(text));
            };
          });
}

void define_classifiers(nb::module_& module) {
  define_model<Classifier>(module, "Classifier")
      .def_prop_ro("labels", &Classifier::labels)
      .def(
          "classify",
          [](const Classifier& model, const Texts& texts) {
            const auto answers = without_lock([&] { return model.classify(texts); });
            return answers_of(answers, model);
          },
          nb::arg("texts"))
      .def(
          "classify_file",
          [](const Classifier& model, const Path& file, const DataOptions& options) {
            const auto answers = without_lock([&] { return model.classify_file(file, options); });
            return answers_of(answers, model);
          },
          nb::arg("file"), nb::arg("options"));
  define_model<SeriesModel>(module, "SeriesModel")
      .def_prop_ro("features", &SeriesModel::features)
      .def_prop_ro("labels", &SeriesModel::labels)
      .def_prop_ro("targets", &SeriesModel::targets)
      .def(
          "predict",
          [](const SeriesModel& model, const SeriesList& series) {
            std::vector<std::vector<float>> values;
            for (const auto& one : series) values.emplace_back(one.data(), one.data() + one.size());
            return table_of(without_lock([&] { return model.predict(values); }), model);
          },
          nb::arg("series"))
      .def(
          "predict_file",
          [](const SeriesModel& model, const Path& file, const DataOptions& options) {
            return table_of(without_lock([&] { return model.predict_file(file, options); }), model);
          },
          nb::arg("file"), nb::arg("options"));
}

void define_forecasts(nb::module_& module) {
  nb::class_<Forecast>(module, "Forecast")
      .def_ro("series", &Forecast::series)
      .def_ro("first_row", &Forecast::first_row)
      .def_ro("times", &Forecast::times)
      .def_prop_ro(
          "values", [](const Forecast& one) { return to_array(one.values, {one.values.size()}); },
          nb::rv_policy::move)
      .def_prop_ro(
          "actual", [](const Forecast& one) { return to_array(one.actual, {one.actual.size()}); },
          nb::rv_policy::move);
  nb::class_<BacktestOptions>(module, "BacktestOptions")
      .def(nb::init<>())
      .def_rw("stride", &BacktestOptions::stride)
      .def_rw("part", &BacktestOptions::part)
      .def_rw("windows", &BacktestOptions::windows)
      .def_rw("refit", &BacktestOptions::refit)
      .def_rw("data", &BacktestOptions::data);
}

// Calls `ask` with options by which what a signal's handler raises, as Ctrl-C does, ends refits; it
// is raised here then.
template <typename Ask>
auto ask_until_signal(BacktestOptions options, const Ask& ask) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kBetweenSignals(50);
  std::optional<nb::python_error> raised;
  Clock::time_point last_look = {};
  options.should_stop = [&] {
    if (raised || Clock::now() - last_look < kBetweenSignals) return raised.has_value();
    const nb::gil_scoped_acquire lock;
    last_look = Clock::now();
    if (PyErr_CheckSignals() == 0) return false;
    raised.emplace();
    return true;
  };
  std::optional<decltype(ask(options))> answer;
  try {
    answer = without_lock([&] { return ask(options); });
  } catch (const Error&) {
    if (!raised) throw;
  }
  if (!raised) return *std::move(answer);
  const nb::python_error error = *std::exchange(raised, std::nullopt);
  throw error;
}

template <auto Method, typename Source>
std::vector<Forecast> backtest(const Forecaster& model, const Source& source,
                               const BacktestOptions& given) {
  return ask_until_signal(
      given, [&](const BacktestOptions& options) { return (model.*Method)(source, options); });
}

template <auto Method, typename Source, typename Options>
std::vector<Forecast> ask(const Forecaster& model, const Source& source, const Options& options) {
  return without_lock([&] { return (model.*Method)(source, options); });
}

void define_forecasters(nb::module_& module) {
  define_model<Forecaster>(module, "Forecaster")
      .def_prop_ro("lookback", &Forecaster::lookback)
      .def_prop_ro("horizon", &Forecaster::horizon)
      .def_prop_ro("columns", &Forecaster::columns)
      .def_prop_ro("targets", &Forecaster::targets)
      .def_prop_ro("quantiles", &Forecaster::quantiles)
      .def_prop_ro("needs_times", &Forecaster::needs_times)
      .def("forecast", &ask<&Forecaster::forecast, Rows, DataOptions>, nb::arg("rows"),
           nb::arg("options"))
      .def("forecast_file", &ask<&Forecaster::forecast_file, Path, DataOptions>, nb::arg("file"),
           nb::arg("options"))
      .def("backtest", &backtest<&Forecaster::backtest, Rows>, nb::arg("rows"), nb::arg("options"))
      .def("backtest_file", &backtest<&Forecaster::backtest_file, Path>, nb::arg("file"),
           nb::arg("options"))
      .def(
          "backtest_figures",
          [](const Forecaster& model, const Rows& rows, const BacktestOptions& given) {
            return ask_until_signal(given,
                                    [&](const BacktestOptions& options) {
                                      return model.backtest_figures(rows, options);
                                    })
                .json;
          },
          nb::arg("rows"), nb::arg("options"));
}

void define_explanations(nb::module_& module) {
  nb::class_<Explanation>(module, "Explanation")
      .def_ro("name", &Explanation::name)
      .def_ro("answer", &Explanation::answer)
      .def_ro("probability", &Explanation::probability)
      .def_ro("score", &Explanation::score)
      .def_ro("baseline", &Explanation::baseline)
      .def_ro("error", &Explanation::error)
      .def_ro("parts", &Explanation::parts)
      .def_ro("first_step", &Explanation::first_step)
      .def_ro("times", &Explanation::times)
      .def_prop_ro(
          "contributions",
          [](const Explanation& one) {
            return to_array(one.contributions, {one.contributions.size()});
          },
          nb::rv_policy::move);
  nb::class_<ExplanationOptions>(module, "ExplanationOptions")
      .def(nb::init<>())
      .def_rw("method", &ExplanationOptions::method)
      .def_rw("label", &ExplanationOptions::label)
      .def_rw("target", &ExplanationOptions::target)
      .def_rw("step", &ExplanationOptions::step);
  define_model<Explainer>(module, "Explainer")
      .def(
          "explain_text",
          [](const Explainer& explainer, const std::string& text, const ExplanationOptions& how) {
            return without_lock([&] { return explainer.explain_text(text, how); });
          },
          nb::arg("text"), nb::arg("options"))
      .def(
          "explain_series",
          [](const Explainer& explainer, const OneSeries& values, const ExplanationOptions& how) {
            const std::span<const float> all(values.data(), values.size());
            return without_lock([&] { return explainer.explain_series(all, how); });
          },
          nb::arg("values"), nb::arg("options"))
      .def(
          "explain_rows",
          [](const Explainer& explainer, const Rows& rows, const ExplanationOptions& how,
             const DataOptions& data) {
            return without_lock([&] { return explainer.explain_rows(rows, how, data); });
          },
          nb::arg("rows"), nb::arg("options"), nb::arg("data"))
      .def(
          "explain_file",
          [](const Explainer& explainer, const Path& file, const ExplanationOptions& how,
             const DataOptions& data) {
            return without_lock([&] { return explainer.explain_file(file, how, data); });
          },
          nb::arg("file"), nb::arg("options"), nb::arg("data"));
}

}  // namespace

void define_models(nb::module_& module) {
  define_data_options(module);
  define_classifiers(module);
  define_forecasts(module);
  define_forecasters(module);
  define_explanations(module);
  module.def(
      "evaluate",
      [](const Path& model, const Path& file, const std::string& part, int64_t stride,
         int64_t windows, const DataOptions& data, int threads, const std::string& device,
         const std::string& precision) {
        const EvaluationOptions options{.part = part,
                                        .stride = stride,
                                        .windows = windows,
                                        .data = data,
                                        .load = load_options(threads, device, precision)};
        return without_lock([&] { return evaluate(model, file, options); }).json;
      },
      nb::arg("model"), nb::arg("file"), nb::arg("part"), nb::arg("stride"), nb::arg("windows"),
      nb::arg("data"), nb::arg("threads"), nb::arg("device"), nb::arg("precision"));
  module.def(
      "export_run",
      [](const Path& run, const Path& file, bool overwrite) {
        without_lock([&] {
          export_run(run, file, overwrite ? ExistingFile::replace : ExistingFile::refuse);
          return 0;
        });
      },
      nb::arg("run"), nb::arg("file"), nb::arg("overwrite"));
  module.def(
      "write_report", [](const Path& run) { write_report(run); }, nb::arg("run"));
}

}  // namespace mnemo::python
