// Models of other programs by the library: a run's own weights come back as the run.
#include "mnemo/importing.h"

#include <string>
#include <vector>

#include "mnemo/classifier.h"
#include "mnemo/forecaster.h"
#include "mnemo/series_model.h"
#include "tests/app/library/training_fixture.h"

namespace mnemo {
namespace {

class LibraryImport : public LibraryTraining {
 protected:
  // Imports the weights of the run `from`.
  void import_back(const std::string& task, const std::string& from, ImportOptions options) const {
    options.config = run(from) / "config.ini";
    import_model(task, run(from) / "weights.safetensors", run("imported"), options);
  }
};

TEST_F(LibraryImport, ClassifiersOfTextsAnswerAsBefore) {
  auto options = small_text();
  options.settings["ngrams"] = "0";
  train_text(reviews_, run("trained"), options);
  const auto trained = Classifier::load(run("trained"));
  import_back("text", "trained",
              {.tokenizer = run("trained") / "tokenizer.model", .labels = trained.labels()});
  EXPECT_EQ(Classifier::load(run("imported")).classify("a lovely film").probabilities,
            trained.classify("a lovely film").probabilities);
}

TEST_F(LibraryImport, ModelsOfSeriesAnswerAsBefore) {
  train_series(motions_, run("trained"), small_series());
  import_back("series", "trained", {.train = motions_});
  EXPECT_EQ(SeriesModel::load(run("imported")).predict_file(motions_).at(3).probabilities,
            SeriesModel::load(run("trained")).predict_file(motions_).at(3).probabilities);
}

TEST_F(LibraryImport, ForecastersAnswerAsBeforeAndAreTold) {
  train_forecaster(load_, run("trained"), small_forecast());
  Heard heard;
  import_back("forecast", "trained", {.train = load_, .reporter = &heard});
  const auto imported = Forecaster::load(run("imported")).forecast_file(load_).at(0).values;
  const auto trained = Forecaster::load(run("trained")).forecast_file(load_).at(0).values;
  ASSERT_EQ(imported.size(), trained.size());
  for (size_t i = 0; i < trained.size(); ++i) EXPECT_NEAR(imported[i], trained[i], 1e-5);
  ASSERT_EQ(heard.notes.size(), 1U);
  EXPECT_TRUE(contains(heard.notes[0], "the weights of "));
}

TEST_F(LibraryImport, RefusesByTypedErrors) {
  train_series(motions_, run("trained"), small_series());
  EXPECT_TRUE(contains(message_of([&] { import_back("pretrained-text", "trained", {}); }),
                       "`task` pretrained-text: expected one of text, series, forecast"));
  EXPECT_THROW(import_back("series", "trained", {}), SettingError) << "no training file";
  EXPECT_FALSE(std::filesystem::exists(run("imported")));
  import_back("series", "trained", {.train = motions_});
  EXPECT_THROW(import_back("series", "trained", {.train = motions_}), Error) << "it is there";
  import_back("series", "trained", {.train = motions_, .existing = ExistingFile::replace});
}

}  // namespace
}  // namespace mnemo
