// The public library's answers are the program's, from files and from memory.
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "common/files.h"
#include "tests/app/library/library_models.h"

namespace mnemo {
namespace {

std::string predicted(const std::filesystem::path& model, const std::string& input,
                      const Arguments& more = {}) {
  Arguments arguments = {"predict", model.string(), "--input", input, "--threads=1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto outcome = run_mnemo(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return outcome.out;
}

std::vector<std::string> texts_of(const std::string& file) {
  std::vector<std::string> texts;
  std::ifstream input(file);
  for (std::string line; std::getline(input, line);) texts.push_back(line);
  return texts;
}

TEST(LibraryAnswers, TextsAreClassifiedAsTheProgramDoes) {
  const TestFolder folder;
  const auto file =
      folder.write("texts.txt", "A film to remember.\nBroken after two days.\n\n").string();
  for (const auto& model : {trained_run(), exported_model()}) {
    const auto classifier = Classifier::load(model, kOneThread);
    const auto answers = classifier.classify(texts_of(file));
    std::string lines;
    for (const auto& answer : answers) {
      EXPECT_EQ(answer.probabilities.size(), classifier.labels().size());
      lines += fmt::format("{}\t{:.6f}\n", answer.label, answer.probability);
    }
    EXPECT_EQ(lines, predicted(model, file));
    const auto of_file = classifier.classify_file(file);
    ASSERT_EQ(of_file.size(), answers.size());
    EXPECT_EQ(of_file[1].probabilities, answers[1].probabilities);
  }
}

TEST(LibraryAnswers, ColumnsAndFormatsAreAsTold) {
  const TestFolder folder;
  const auto file = folder.write("rows.data", "id\twords\n1\tA film to remember.\n");
  const auto classifier = Classifier::load(trained_run(), kOneThread);
  const auto answers =
      classifier.classify_file(file, {.input_format = "tsv", .text_column = "words"});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].probabilities, classifier.classify("A film to remember.").probabilities);
  EXPECT_TRUE(contains(message_of([&] { classifier.classify_file(file, {.input_format = "tab"}); }),
                       "`input-format` tab: expected one of auto, csv, tsv"));
  EXPECT_TRUE(contains(message_of([&] { classifier.classify_file(file, {.missing = "fail"}); }),
                       "`missing` is not for text models"));
}

TEST(LibraryAnswers, WhatWasRepairedIsSaid) {
  const TestFolder folder;
  const auto file = folder.write("texts.txt", "caf\xe9\n");
  std::vector<std::string> heard;
  DataOptions options;
  options.warn = [&](const std::string& warning) { heard.push_back(warning); };
  Classifier::load(trained_run(), kOneThread).classify_file(file, options);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_TRUE(contains(heard[0], "invalid UTF-8"));
}

// The values of each series of motions_test.ts, whose lines are `x,x,...:y,y,...:label`.
std::vector<std::vector<float>> motions() {
  std::vector<std::vector<float>> all;
  for (const auto& line : texts_of(sample("motions_test.ts"))) {
    if (line.empty() || line[0] == '#' || line[0] == '@') continue;
    std::vector<std::vector<float>> columns;
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ':');) {
      std::istringstream numbers(field);
      auto& column = columns.emplace_back();
      for (std::string number; std::getline(numbers, number, ',');) {
        column.push_back(std::strtof(number.c_str(), nullptr));
      }
    }
    columns.pop_back();  // the label
    auto& series = all.emplace_back();
    for (size_t step = 0; step < columns[0].size(); ++step) {
      for (const auto& column : columns) series.push_back(column[step]);
    }
  }
  return all;
}

TEST(LibraryAnswers, SeriesGetTheLabelsThatTheProgramGives) {
  const auto& models = library_models();
  const std::string file = sample("motions_test.ts");
  for (const auto& path : {models.series, models.series_export}) {
    const auto model = SeriesModel::load(path, kOneThread);
    EXPECT_EQ(model.labels(), (std::vector<std::string>{"circle", "eight", "line"}));
    EXPECT_TRUE(model.targets().empty());
    const auto answers = model.predict(motions());
    std::string lines;
    for (const auto& answer : answers) {
      lines += fmt::format("{}\t{}\t{:.6f}\n", answer.id, answer.label, answer.probability);
    }
    EXPECT_EQ(lines, predicted(path, file));
    EXPECT_EQ(model.predict_file(file)[7].probabilities, answers[7].probabilities);
    EXPECT_EQ(model.predict(motions()[7]).label, answers[7].label) << "alone";
  }
}

TEST(LibraryAnswers, SeriesGetTheNumbersThatTheProgramGives) {
  const auto& models = library_models();
  const auto model = SeriesModel::load(models.numbers, kOneThread);
  EXPECT_EQ(model.targets(), (std::vector<std::string>{"mean", "twice"}));
  EXPECT_TRUE(model.labels().empty());
  std::string lines;
  for (const auto& answer : model.predict_file(models.means_csv)) {
    lines += fmt::format("{}\t{}\t{}\n", answer.id, static_cast<float>(answer.numbers.at(0)),
                         static_cast<float>(answer.numbers.at(1)));
  }
  EXPECT_EQ(lines, predicted(models.numbers, models.means_csv.string()));
}

TEST(LibraryAnswers, SeriesThatAreNoStepsAreRefused) {
  const auto model = SeriesModel::load(library_models().numbers, kOneThread);
  const std::vector<float> half = {1.0F, 2.0F, 3.0F};
  EXPECT_TRUE(contains(message_of([&] { model.predict(half); }),
                       "series 1 has 3 values; a value of each of the 2 features (x, y)"));
  const std::vector<float> odd = {1.0F, 2.0F, 3.0F, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_TRUE(
      contains(message_of([&] { model.predict(odd); }), "the value nan of feature y at step 2"));
  EXPECT_THROW(model.predict(std::vector<float>()), UsageError);
}

// Prints forecasts of the library as `mnemo predict` does, with as many digits.
std::string csv_of(const std::vector<Forecast>& forecasts, size_t outputs, int digits) {
  std::string lines = "plant,time,load 0.1,load 0.5,load 0.9\n";
  for (const auto& forecast : forecasts) {
    for (size_t step = 0; step < forecast.times.size(); ++step) {
      lines += forecast.series + "," + forecast.times[step];
      for (size_t i = 0; i < outputs; ++i) {
        lines += fmt::format(",{:.{}g}", forecast.values.at(step * outputs + i), digits);
      }
      lines += "\n";
    }
  }
  return lines;
}

TEST(LibraryAnswers, ForecastsAreTheProgramsFromFilesAndFromMemory) {
  const auto& models = library_models();
  for (const auto& path : {models.forecast, models.forecast_export}) {
    const auto forecaster = Forecaster::load(path, kOneThread);
    EXPECT_EQ(forecaster.lookback(), 24);
    EXPECT_EQ(forecaster.horizon(), 6);
    EXPECT_EQ(forecaster.columns(), (std::vector<std::string>{"load", "temperature"}));
    EXPECT_EQ(forecaster.targets(), std::vector<std::string>{"load"});
    EXPECT_EQ(forecaster.quantiles(), (std::vector<double>{0.1, 0.5, 0.9}));
    EXPECT_TRUE(forecaster.needs_times());
    const auto of_file = forecaster.forecast_file(models.load_csv);
    ASSERT_EQ(of_file.size(), 2U);
    EXPECT_EQ(of_file[0].first_row, 97);
    EXPECT_EQ(of_file[1].times.back(), "2024-03-05 05:00");
    EXPECT_EQ(csv_of(of_file, 3, 12), predicted(path, models.load_csv.string()));
    const auto of_rows = forecaster.forecast(load_rows());
    ASSERT_EQ(of_rows.size(), 2U);
    EXPECT_EQ(of_rows[1].series, "plant 1");
    EXPECT_EQ(of_rows[1].times, of_file[1].times);
    EXPECT_EQ(of_rows[1].values, of_file[1].values) << "to the bit";
  }
}

TEST(LibraryAnswers, BacktestsHaveWhatCame) {
  const auto& models = library_models();
  const auto forecaster = Forecaster::load(models.forecast, kOneThread);
  const auto of_test_part = forecaster.backtest_file(models.load_csv, {.stride = 3});
  const auto lines =
      lines_of(predicted(models.forecast, models.load_csv.string(), {"--rolling", "--stride=3"}));
  EXPECT_EQ(of_test_part.size() * 6 + 1, lines.size());
  const auto unseen = forecaster.backtest(load_rows());
  EXPECT_EQ(unseen.size(), 6U) << "rows of the file trained on are known though they are no file";
  const auto of_rows = forecaster.backtest(load_rows(), {.part = "all"});
  ASSERT_EQ(of_rows.size(), 2 * (96 - 24) / 6U);
  EXPECT_EQ(of_rows[0].first_row, 25);
  EXPECT_EQ(of_rows[0].actual.at(2), load_rows().values.at((24 + 2) * 2 + 1));
  EXPECT_TRUE(contains(message_of([&] { forecaster.backtest(load_rows(), {.part = "valid"}); }),
                       "use `part` all"));
}

TEST(LibraryAnswers, BacktestFiguresAreTheProgramsToTheByte) {
  const auto& models = library_models();
  const auto forecaster = Forecaster::load(models.forecast, kOneThread);
  const auto figures =
      forecaster.backtest_figures_of_file(models.load_csv, {.stride = 3, .windows = 2});
  Arguments arguments = {"backtest",   models.forecast.string(),
                         "--input",    models.load_csv.string(),
                         "--stride=3", "--windows=2",
                         "--threads=1"};
  EXPECT_EQ(figures.text, run_mnemo(arguments).out);
  arguments.emplace_back("--json");
  EXPECT_EQ(figures.json + "\n", run_mnemo(arguments).out);
  EXPECT_EQ(figures.metric("n"), 4);
  EXPECT_GT(figures.metric("theta.mase"), 0.0);
  const auto of_rows = forecaster.backtest_figures(load_rows(), {.windows = 1, .refit = true});
  EXPECT_EQ(of_rows.metric("n"), 2) << "of each series the last";
  const auto as_it_is = forecaster.backtest_figures(load_rows(), {.windows = 1});
  EXPECT_NE(of_rows.metric("scaled_mae"), as_it_is.metric("scaled_mae"));
  EXPECT_EQ(of_rows.metric("drift.scaled_mae"), as_it_is.metric("drift.scaled_mae"));
  const BacktestOptions stopped{.windows = 1, .refit = true, .should_stop = [] { return true; }};
  EXPECT_TRUE(contains(message_of([&] { forecaster.backtest(load_rows(), stopped); }),
                       "failed: it was stopped"));
  EXPECT_THROW(forecaster.backtest(load_rows(), {.windows = -1}), UsageError);
  EXPECT_TRUE(
      contains(message_of([&] { evaluate(models.forecast, models.load_csv, {.stride = 0}); }),
               "`stride` 0: expected a whole number from 1 to 1000000"));
  EXPECT_TRUE(contains(message_of([&] { evaluate(trained_run(), "x.csv", {.stride = 2}); }),
                       "`stride` is not for text models"));
}

TEST(LibraryAnswers, RowsThatDoNotFitAreRefused) {
  const auto forecaster = Forecaster::load(library_models().forecast, kOneThread);
  const auto refusal = [&](auto change, const DataOptions& options = {}) {
    Rows rows = load_rows();
    change(rows);
    return message_of([&] { forecaster.forecast(rows, options); });
  };
  EXPECT_TRUE(contains(refusal([](Rows& rows) { rows.columns[1] = "loed"; }),
                       "no column \"load\"; did you mean \"loed\"?"));
  EXPECT_TRUE(
      contains(refusal([](Rows& rows) { rows.values.pop_back(); }), "383 values in 2 columns"));
  EXPECT_TRUE(
      contains(refusal([](Rows& rows) { rows.times.pop_back(); }), "191 times for 192 rows"));
  EXPECT_TRUE(contains(refusal([](Rows& rows) { rows.times.clear(); }), "no column of times"));
  EXPECT_TRUE(contains(refusal([](Rows& rows) { rows.times[3] = "noon"; }), "these are no times"));
  EXPECT_TRUE(contains(refusal([](Rows& rows) { rows.values[5] = HUGE_VAL; }),
                       "rows:3: the column \"load\" holds inf"));
  const auto forget = [](Rows& rows) { rows.values[5] = std::nan(""); };
  EXPECT_TRUE(contains(refusal(forget), "line 3 (column \"load\")"));
  EXPECT_EQ(refusal(forget, {.missing = "forward"}), "nothing was thrown");
  EXPECT_TRUE(contains(refusal(forget, {.decimal = "comma"}), "`decimal` is for files"));
}

TEST(LibraryAnswers, AModelOfAnotherTaskIsNamed) {
  const auto& models = library_models();
  EXPECT_TRUE(
      contains(message_of([&] { Classifier::load(models.series); }),
               "a series model, and a text model was expected; load it with mnemo::SeriesModel"));
  EXPECT_TRUE(contains(message_of([&] { SeriesModel::load(models.forecast_export); }),
                       "load it with mnemo::Forecaster"));
  EXPECT_TRUE(contains(message_of([&] { Forecaster::load(trained_run()); }),
                       "load it with mnemo::Classifier"));
  EXPECT_THROW(Classifier::load(trained_run(), {.threads = -1}), UsageError);
  EXPECT_THROW(Classifier::load(trained_run(), {.device = "gpu"}), UsageError);
  EXPECT_THROW(Classifier::load(exported_model(), {.precision = "bf16"}), UsageError);
  EXPECT_TRUE(contains(message_of([] { Classifier::load("nowhere"); }), "no such run folder"));
}

TEST(LibraryAnswers, EvaluationsAreTheProgramsToTheByte) {
  const auto& models = library_models();
  struct Case {
    std::filesystem::path model;
    std::string data, metric;
  };
  for (const auto& [model, data, metric] :
       {Case{trained_run(), sample("reviews_test.csv"), "accuracy"},
        Case{models.series_export, sample("motions_test.ts"), "macro_f1"},
        Case{models.numbers, models.means_csv.string(), "rmse"},
        Case{models.forecast, models.load_csv.string(), "seasonal_naive.mase"}}) {
    const auto result = evaluate(model, data, {.load = kOneThread});
    const Arguments arguments = {"evaluate", model.string(), "--data", data, "--threads=1"};
    EXPECT_EQ(result.text, run_mnemo(arguments).out);
    Arguments as_json = arguments;
    as_json.emplace_back("--json");
    EXPECT_EQ(result.json + "\n", run_mnemo(as_json).out);
    const auto object = nlohmann::json::parse(result.json);
    EXPECT_EQ(object.at("task"), result.task);
    EXPECT_EQ(object.at("part"), result.part);
    std::string pointer = "/" + metric;
    std::ranges::replace(pointer, '.', '/');
    EXPECT_EQ(result.metric(metric),
              object.at(nlohmann::json::json_pointer(pointer)).get<double>());
    EXPECT_TRUE(contains(message_of([&] { result.metric("beauty"); }), "there are: "));
  }
  EXPECT_TRUE(contains(message_of([&] { evaluate(trained_run(), "x.csv", {.part = "all"}); }),
                       "`part` is not for text models"));
}

TEST(LibraryAnswers, ExplanationsAreTheProgramsToTheByte) {
  const auto& models = library_models();
  const auto explained = [](const std::filesystem::path& run, const std::string& file,
                            const Arguments& more) {
    Arguments arguments = {"explain", run.string(),     "--input",
                           file,      "--format=jsonl", "--threads=1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return lines_of(run_mnemo(arguments).out);
  };
  const TestFolder folder;
  const auto texts = folder.write("texts.txt", "A film to remember.\n").string();
  const auto of_texts = Explainer::load(trained_run(), kOneThread);
  const auto why = of_texts.explain_text("A film to remember.", {.label = "pos"});
  EXPECT_EQ(why.json, explained(trained_run(), texts, {"--label=pos"}).at(0));
  EXPECT_EQ(why.parts.at(1), "film");
  double sum = 0.0;
  for (const double contribution : why.contributions) sum += contribution;
  EXPECT_NEAR(sum, why.score - why.baseline.value(), 0.01 * std::abs(sum) + 1e-6);
  EXPECT_EQ(of_texts.explain_file(texts, {.label = "pos"}).at(0).json, why.json);

  const auto of_series = Explainer::load(models.series, kOneThread);
  const auto series = of_series.explain_series(motions()[4], {.method = "occlusion"});
  EXPECT_EQ(series.contributions.size(), motions()[4].size());
  const auto of_file = of_series.explain_file(sample("motions_test.ts"), {.method = "occlusion"});
  EXPECT_EQ(of_file.at(4).json,
            explained(models.series, sample("motions_test.ts"), {"--method=occlusion"}).at(4));
  EXPECT_EQ(of_file.at(4).contributions, series.contributions);

  const auto of_rows = Explainer::load(models.forecast, kOneThread);
  const auto rows = of_rows.explain_rows(load_rows(), {.step = 2});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].json, explained(models.forecast, models.load_csv.string(), {"--step=2"}).at(1));
  EXPECT_EQ(rows[1].times.size() * rows[1].parts.size(), rows[1].contributions.size());
  EXPECT_EQ(of_rows.explain_file(models.load_csv, {.step = 2}).at(1).json, rows[1].json);
}

TEST(LibraryAnswers, ExplanationsOverManyTextsAreTheProgramsToo) {
  const TestFolder folder;
  const std::vector<std::string> texts = {"A film to remember.", "Broken after two days.",
                                          "A film, and broken.", "Two days of film."};
  std::string file;
  for (const auto& text : texts) file += text + "\n";
  const auto data = folder.write("texts.txt", file).string();
  const auto explainer = Explainer::load(trained_run(), kOneThread);
  const Arguments arguments = {"explain", trained_run().string(), "--data",
                               data,      "--format=jsonl",       "--threads=1"};
  const auto asked = [&](const Arguments& more) {
    Arguments all = arguments;
    all.insert(all.end(), more.begin(), more.end());
    return run_mnemo(all).out;
  };
  EXPECT_EQ(explainer.deletion_test(texts, 3) + "\n", asked({"--deletion-test", "--seed=3"}));
  const auto words = explainer.strongest_words(texts, {.words = 1, .least_texts = 2});
  const auto object = nlohmann::json::parse(asked({"--global", "--words=1", "--least-texts=2"}));
  const auto& strongest = object.at("labels").at(0);
  EXPECT_EQ(words.at(0).label, strongest.at("label"));
  EXPECT_EQ(words.at(0).word, strongest.at("words").at(0).at("word"));
  EXPECT_EQ(words.at(0).mean, strongest.at("words").at(0).at("mean").get<double>());
}

TEST(LibraryAnswers, WhatCannotBeExplainedIsRefused) {
  const auto& models = library_models();
  EXPECT_TRUE(contains(message_of([&] { Explainer::load(exported_model()); }),
                       "an exported model does not show what is inside"));
  EXPECT_THROW(Explainer::load(models.series, {.precision = "bf16"}), UsageError);
  const auto explainer = Explainer::load(models.forecast, kOneThread);
  EXPECT_TRUE(contains(message_of([&] { explainer.explain_text("x"); }),
                       "a forecast model, and this is for text models"));
  EXPECT_TRUE(contains(message_of([&] { explainer.explain_rows(load_rows(), {.step = 7}); }),
                       "`step` 7: the model forecasts 6 steps"));
  EXPECT_TRUE(contains(message_of([&] { explainer.explain_rows(load_rows(), {.label = "up"}); }),
                       "`label` is for models that answer with labels"));
  const std::vector<float> values(20 * 2, 0.5F);
  EXPECT_TRUE(
      contains(message_of([&] {
                 Explainer::load(models.series, kOneThread).explain_series(values, {.step = 2});
               }),
               "`step` is for forecasters"));
  EXPECT_THROW(explainer.explain_rows(load_rows(), {.method = "attention"}), UsageError);
}

TEST(LibraryAnswers, ExportsAreTheProgramsToTheByte) {
  const TestFolder folder;
  const auto& models = library_models();
  const auto file = folder.path() / "model.pt";
  export_run(models.series, file);
  EXPECT_EQ(read_file(file), read_file(models.series_export));
  EXPECT_TRUE(contains(message_of([&] { export_run(models.series, file); }),
                       "the file exists; pass ExistingFile::replace"));
  export_run(models.forecast, file, ExistingFile::replace);
  EXPECT_EQ(read_file(file), read_file(models.forecast_export));
  EXPECT_TRUE(
      contains(message_of([&] { export_run(models.series_export, folder.path() / "b.pt"); }),
               "not a run folder"));
}

}  // namespace
}  // namespace mnemo
