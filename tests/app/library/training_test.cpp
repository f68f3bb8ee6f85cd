#include "mnemo/training.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <string>
#include <vector>

#include "common/files.h"
#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "datasets/text_reader.h"
#include "mnemo/classifier.h"
#include "mnemo/forecaster.h"
#include "tests/app/library/training_fixture.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

TEST_F(LibraryTraining, TextsInMemoryGiveTheBitsOfTheirFile) {
  TrainingTexts rows;
  auto reader = open_text_reader(reviews_, {}, LabelColumn::required);
  for (TextRecord record; reader->next(record);) {
    rows.texts.push_back(record.text);
    rows.labels.push_back(record.label);
  }
  const auto of_file = train_text(reviews_, run("file"), small_text());
  const auto of_rows = train_text(rows, run("rows"), small_text());
  EXPECT_EQ(weights("file"), weights("rows"));
  EXPECT_EQ(of_rows.end, TrainingEnd::finished);
  EXPECT_EQ(of_rows.best_epoch, 1);
  ASSERT_EQ(of_rows.metrics.size(), of_file.metrics.size());
  EXPECT_TRUE(std::ranges::any_of(of_rows.metrics,
                                  [](const Metric& one) { return one.name == "valid_accuracy"; }));
}

TEST_F(LibraryTraining, AFileOfSettingsStandsBelowThoseThatAreGiven) {
  auto options = small_series();
  train_series(motions_, run("first"), options);
  const auto config = run("first") / "config.ini";
  train_series(motions_, run("again"), {.settings = {}, .config = config});
  EXPECT_EQ(weights("again"), weights("first"));
  train_series(motions_, run("longer"), {.settings = {{"epochs", "3"}}, .config = config});
  EXPECT_TRUE(read_file(run("longer") / "config.ini").find("epochs = 3\n") != std::string::npos);
  EXPECT_TRUE(read_file(run("longer") / "config.ini").find("hidden-sizes = 8\n") !=
              std::string::npos);
  const auto wrong = folder_.write("wrong.ini", "epochs = three\n");
  EXPECT_THROW(train_series(motions_, run("wrong"), {.settings = {}, .config = wrong}), UsageError);
}

TEST_F(LibraryTraining, TheReporterHearsTheFiguresOfEachEpoch) {
  Heard heard;
  auto options = small_series();
  options.reporter = &heard;
  const auto result = train_series(motions_, run("told"), options);
  ASSERT_EQ(heard.epochs.size(), 2U);
  const auto& [epoch, epochs, figures] = heard.epochs.back();
  EXPECT_EQ(epoch, 2);
  EXPECT_EQ(epochs, 2);
  const auto value = [](const std::vector<Metric>& all, const std::string& name) {
    const auto found = std::ranges::find(all, name, &Metric::name);
    return found == all.end() ? std::nan("") : found->value;
  };
  const auto& best = heard.epochs.at(static_cast<size_t>(result.best_epoch - 1)).figures;
  EXPECT_EQ(value(best, "valid_loss"), value(result.metrics, "valid_loss"));
  EXPECT_GT(value(figures, "learning_rate"), 0.0);
}

TEST_F(LibraryTraining, RunsReadFurtherTextsAsTheirOwn) {
  std::string rows;
  for (int i = 0; i < 20; ++i) {
    rows += i % 2 == 0 ? "good;a lovely film " : "bad;no good ";
    rows += std::to_string(i) + "\n";
  }
  const auto file = folder_.write("rows.dat", rows);
  auto options = small_text();
  options.settings["input-format"] = "csv";
  options.settings["label-column"] = "1";
  options.settings["text-column"] = "2";
  train_text(file, run("named"), options);
  const auto classifier = Classifier::load(run("named"));
  EXPECT_EQ(classifier.classify_file(file).size(), 20U);
  EXPECT_EQ(
      classifier.classify_file(folder_.write("a.dat", "x\n"), {.input_format = "lines"}).size(),
      1U);
}

TEST_F(LibraryTraining, SeriesInMemoryGiveTheBitsOfTheirFile) {
  const auto data = read_labelled_series(motions_, {}, Targets::required);
  TrainingSeries rows{.features = data.features, .values = {}, .labels = data.targets};
  for (int64_t i = 0; i < data.size(); ++i) {
    const auto begin = data.values.begin() + data.offsets[static_cast<size_t>(i)] * data.width();
    rows.values.emplace_back(begin, begin + data.length(i) * data.width());
  }
  train_series(motions_, run("file"), small_series());
  train_series(rows, run("rows"), small_series());
  EXPECT_EQ(weights("file"), weights("rows"));

  auto with_file = small_series();
  with_file.settings["valid"] = motions_.string();
  train_series(motions_, run("file-validated"), with_file);
  train_series(rows, run("rows-validated"), small_series(), rows);
  EXPECT_EQ(weights("file-validated"), weights("rows-validated"));
}

TEST_F(LibraryTraining, RowsInMemoryGiveTheBitsOfTheirFile) {
  const auto table = read_number_table(load_, {});
  Rows rows{.columns = table.columns, .values = table.values};
  for (const int64_t time : table.times) {
    rows.times.push_back(format_time(time, table.time_format));
  }
  train_forecaster(load_, run("file"), small_forecast());
  train_forecaster(rows, run("rows"), small_forecast());
  EXPECT_EQ(weights("file"), weights("rows"));
  const auto of_rows = Forecaster::load(run("rows"));
  EXPECT_EQ(of_rows.forecast_file(load_)[0].values,
            Forecaster::load(run("file")).forecast_file(load_)[0].values)
      << "a file names its times as it likes";
}

TEST_F(LibraryTraining, StopsWhenAskedToAndGoesOn) {
  auto options = small_series();
  int64_t steps = 0;
  options.should_stop = [&] { return ++steps == 3; };
  EXPECT_EQ(train_series(motions_, run("run"), options).end, TrainingEnd::stopped);
  options.should_stop = {};
  options.settings["resume"] = "true";
  const auto resumed = train_series(motions_, run("run"), options);
  EXPECT_EQ(resumed.end, TrainingEnd::finished);
  EXPECT_GT(resumed.best_epoch, 0);
  train_series(motions_, run("at-once"), small_series());
  EXPECT_EQ(weights("run"), weights("at-once"));
}

TEST_F(LibraryTraining, LeavesTheNumberOfThreadsAndTellsTheReporter) {
  const int before = at::get_num_threads();
  Heard heard;
  auto options = small_series();
  options.settings["threads"] = std::to_string(before + 1);
  options.reporter = &heard;
  train_series(motions_, run("run"), options);
  EXPECT_EQ(at::get_num_threads(), before);
  EXPECT_EQ(std::async(std::launch::async, [] { return at::get_num_threads(); }).get(), before);
  EXPECT_TRUE(std::ranges::any_of(
      heard.notes, [](const std::string& note) { return contains(note, "epoch 2"); }));
}

TEST_F(LibraryTraining, RefusesByTypedErrors) {
  const auto refused = [&](const std::string& name, const std::string& value) -> std::string {
    auto options = small_series();
    options.settings[name] = value;
    try {
      train_series(motions_, run("refused"), options);
    } catch (const SettingError& error) {
      return error.setting() + ": " + error.problem();
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(refused("batch-size", "many"),
            "batch-size: many: expected a whole number from 0 to 65536");
  EXPECT_EQ(refused("epoch", "2"), "unknown option `epoch`; did you mean `epochs`?");
  EXPECT_TRUE(contains(refused("out", "x"), "out: stands in the settings of a call"));
  EXPECT_FALSE(fs::exists(run("refused")));
  EXPECT_TRUE(contains(message_of([&] {
                         train_text(TrainingTexts{{"a", "b"}, {"x"}}, run("refused"), small_text());
                       }),
                       "rows in memory: 2 texts and 1 labels"));
}

TEST_F(LibraryTraining, RowsInMemoryTakeNoSettingsOfFiles) {
  const auto refusal = [&](const auto& train, const auto& rows, const std::string& name) {
    return message_of([&] { train(rows, run("refused"), {.settings = {{name, "x"}}}); });
  };
  const auto text = [](const TrainingTexts& rows, const fs::path& out,
                       const TrainingOptions& options) { train_text(rows, out, options); };
  const auto series = [](const TrainingSeries& rows, const fs::path& out,
                         const TrainingOptions& options) { train_series(rows, out, options); };
  const auto forecast = [](const Rows& rows, const fs::path& out, const TrainingOptions& options) {
    train_forecaster(rows, out, options);
  };
  const auto words = [](const std::string& name) {
    return "`" + name + "` is for files, and the rows are in memory; leave it out";
  };
  for (const char* name : {"valid", "text-column", "label-delimiter", "quoting"}) {
    EXPECT_EQ(refusal(text, TrainingTexts{}, name), words(name));
  }
  for (const char* name : {"valid-labels", "labels", "step-column", "delimiter"}) {
    EXPECT_EQ(refusal(series, TrainingSeries{}, name), words(name));
  }
  for (const char* name : {"header", "decimal", "missing-marker"}) {
    EXPECT_EQ(refusal(forecast, Rows{}, name), words(name));
  }
  EXPECT_TRUE(contains(refusal(forecast, Rows{}, "missing"), "expected one of fail"));
}

TEST_F(LibraryTraining, RowsInMemoryLeaveOutWhatAFileOfSettingsSaysOfFiles) {
  TrainingSeries rows{.features = {"x"}, .values = {}, .labels = {}};
  for (int i = 0; i < 20; ++i) {
    rows.values.push_back({0.01F * static_cast<float>(i), i % 2 == 0 ? 1.0F : -1.0F});
    rows.labels.emplace_back(i % 2 == 0 ? "up" : "down");
  }
  Heard heard;
  auto options = small_series();
  options.reporter = &heard;
  options.config = folder_.write(
      "c.ini", "aux-label-column = other\nid-column = id\nvalid = none.csv\nvalid-share = 0.2\n");
  train_series(rows, run("rows"), options);
  ASSERT_FALSE(heard.warnings.empty());
  EXPECT_TRUE(contains(heard.warnings.front(), "c.ini: the rows are in memory"));
  EXPECT_TRUE(contains(heard.warnings.front(), "left out: `valid`, `aux-label-column`"));
  const auto settings = read_file(run("rows") / "config.ini");
  EXPECT_TRUE(contains(settings, "\nvalid = \n"));
  EXPECT_TRUE(contains(settings, "\nvalid-share = 0.2\n"));
}

}  // namespace
}  // namespace mnemo
