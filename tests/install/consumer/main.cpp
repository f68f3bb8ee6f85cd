// mnemo as a library, as README.md and docs/deploy.md show it. What it prints is what the program
// prints; test_install.cmake compares them.
#include <mnemo/mnemo.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace {

// Ends the program where two ways to ask do not give one answer.
void require(bool holds, const char* what) {
  if (!holds) throw mnemo::Error(std::string("not as expected: ") + what);
}

void print(const mnemo::Prediction& answer) {
  std::printf("%s\t%.6f\n", answer.label.c_str(), answer.probability);
}

void read_me() {
  const auto classifier = mnemo::Classifier::load("runs/reviews");
  const auto answer = classifier.classify("A film to remember.");
  std::printf("%s\t%.6f\n", answer.label.c_str(), answer.probability);
}

void classify(const std::string& model, const std::string& file) {
  const auto classifier = mnemo::Classifier::load(model, {.threads = 1});
  const std::vector<std::string> texts = {"A film to remember.", "Broken after two days."};
  for (const mnemo::Prediction& answer : classifier.classify(texts)) print(answer);

  const auto answers = classifier.classify_file(file);
  require(answers.size() == texts.size() && classifier.labels().size() == 2,
          "two texts, two labels");
  require(answers[1].probabilities == classifier.classify(texts)[1].probabilities, "classify_file");
}

void predict(const std::string& path, const std::string& file) {
  const auto model = mnemo::SeriesModel::load(path, {.threads = 1});
  for (const auto& answer : model.predict_file(file)) {
    std::printf("%s\t%s\t%.6f\n", answer.id.c_str(), answer.label.c_str(), answer.probability);
  }

  const std::vector<float> values(20 * model.features().size(), 0.5F);  // (steps, features)
  const auto alone = model.predict(values);
  const std::vector<std::vector<float>> several = {values};
  require(alone.label == model.predict(several)[0].label && !alone.label.empty(), "predict");
  require(model.labels().size() == alone.probabilities.size() && model.targets().empty(), "labels");
}

// The rows of `month,passengers`.
mnemo::Rows rows_of(const std::string& file) {
  mnemo::Rows rows{.columns = {"passengers"}, .values = {}};
  std::ifstream input(file);
  std::string line;
  std::getline(input, line);
  while (std::getline(input, line)) {
    const auto comma = line.find(',');
    rows.times.push_back(line.substr(0, comma));
    rows.values.push_back(std::strtod(line.c_str() + comma + 1, nullptr));
  }
  return rows;
}

void forecast(const std::string& model, const std::string& file) {
  const auto forecaster = mnemo::Forecaster::load(model, {.threads = 1});
  const mnemo::Rows rows = rows_of(file);
  const mnemo::Forecast next = forecaster.forecast(rows)[0];
  std::printf("month,%s\n", forecaster.targets()[0].c_str());
  for (size_t step = 0; step < next.times.size(); ++step) {
    std::printf("%s,%.8g\n", next.times[step].c_str(), next.values[step]);
  }

  require(forecaster.forecast_file(file)[0].values == next.values, "forecast_file");
  require(forecaster.columns() == rows.columns && forecaster.quantiles().empty(), "columns");
  require(static_cast<size_t>(forecaster.horizon()) == next.values.size(), "horizon");
  require(forecaster.lookback() == 24 && !forecaster.needs_times(), "lookback, needs_times");
  const auto all = forecaster.backtest(rows, {.stride = 12, .part = "all"});
  require(all[0].actual[0] == rows.values[24] && all[0].first_row == 25, "backtest");
  require(forecaster.backtest_file(file, {.part = "all"}).size() == all.size(), "backtest_file");
  const auto figures = forecaster.backtest_figures(rows, {.part = "all", .windows = 2});
  require(figures.metric("n") == 2 && figures.metric("naive2.owa") == 1.0, "backtest_figures");
}

void evaluate(const std::string& model, const std::string& file) {
  const auto evaluation = mnemo::evaluate(model, file, {.load = {.threads = 1}});
  require(evaluation.metric("n") > 0 && !evaluation.text.empty(), "metric");
  std::printf("%s\n", evaluation.json.c_str());
}

void explain(const std::string& run, const std::string& file) {
  const auto explainer = mnemo::Explainer::load(run, {.threads = 1});
  for (const auto& why : explainer.explain_file(file)) std::printf("%s\n", why.json.c_str());
}

// Asks what explain() does not.
void explain_in_memory(const std::string& reviews, const std::string& motions,
                       const std::string& passengers, const std::string& file) {
  const auto of_texts = mnemo::Explainer::load(reviews);
  const auto why = of_texts.explain_text("A film to remember.", {.label = "pos"});
  require(why.parts.size() == why.contributions.size() && why.answer == "pos", "explain_text");
  const std::vector<std::string> texts(5, "A film to remember.");
  require(!of_texts.strongest_words(texts).empty(), "strongest_words");
  require(of_texts.deletion_test(texts).starts_with("{"), "deletion_test");
  const std::vector<float> values(20 * 2, 0.5F);
  const auto of_series = mnemo::Explainer::load(motions).explain_series(values);
  require(of_series.contributions.size() == values.size(), "explain_series");
  const auto of_rows = mnemo::Explainer::load(passengers).explain_rows(rows_of(file));
  require(of_rows[0].times.size() == 24, "explain_rows");
}

class Epochs : public mnemo::Reporter {
 public:
  void note(const std::string& text) override { told += text.starts_with("epoch ") ? 1 : 0; }
  int told = 0;
};

// Trains as `mnemo train TASK --train FILE --out RUN` with "name=value" as options does.
void train(const std::string& task, const std::string& file, const std::string& run,
           std::span<const std::string> given) {
  Epochs epochs;
  mnemo::TrainingOptions options;
  options.reporter = &epochs;
  for (const auto& setting : given) {
    const auto equals = setting.find('=');
    options.settings[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  if (task == "text") {
    const mnemo::TrainingResult training = mnemo::train_text(file, run, options);
    require(training.end == mnemo::TrainingEnd::finished && training.best_epoch > 0, "train_text");
  } else if (task == "series") {
    mnemo::train_series(file, run, options);
  } else {
    mnemo::train_forecaster(rows_of(file), run, options);
  }
  require(epochs.told == 2, "a note for each epoch");
}

// Pretrains on a file and trains a classifier that begins with it.
void pretrain(const std::string& file, const std::string& start, const std::string& run) {
  const std::vector<std::filesystem::path> files = {file};
  const std::map<std::string, std::string> small = {
      {"epochs", "1"}, {"hidden-size", "8"}, {"threads", "1"}};
  mnemo::TrainingOptions options{.settings = small};
  options.settings["vocab-size"] = "600";
  mnemo::pretrain_text(files, start, options);
  options.settings = small;
  options.settings["init-from"] = start;
  require(mnemo::train_text(file, run, options).best_epoch == 1, "a start for a classifier");
}

// Makes a run of another run's weights: both forecast the same, but for rounding.
void import_weights(const std::string& trained, const std::string& file, const std::string& run) {
  const std::filesystem::path folder = trained;
  mnemo::import_model("forecast", folder / "weights.safetensors", run,
                      {.config = folder / "config.ini", .train = file});
  const auto values = [&](const std::string& of) {
    return mnemo::Forecaster::load(of, {.threads = 1}).forecast_file(file)[0].values;
  };
  const auto imported = values(run), before = values(trained);
  require(imported.size() == before.size(), "import_model");
  for (size_t i = 0; i < before.size(); ++i) {
    require(std::abs(imported[i] - before[i]) <= 1e-5 * std::abs(before[i]), "import_model");
  }
}

int run(const std::vector<std::string>& arguments) {
  const auto is = [&](const char* way, size_t count) {
    return arguments.size() == count + 1 && arguments[0] == way;
  };
  if (arguments.empty()) {
    read_me();
  } else if (is("classify", 2)) {
    classify(arguments[1], arguments[2]);
  } else if (is("predict", 2)) {
    predict(arguments[1], arguments[2]);
  } else if (is("forecast", 2)) {
    forecast(arguments[1], arguments[2]);
  } else if (is("evaluate", 2)) {
    evaluate(arguments[1], arguments[2]);
  } else if (is("explain", 2)) {
    explain(arguments[1], arguments[2]);
  } else if (is("explain-in-memory", 4)) {
    explain_in_memory(arguments[1], arguments[2], arguments[3], arguments[4]);
  } else if (arguments.size() > 4 && arguments[0] == "train") {
    train(arguments[1], arguments[2], arguments[3], std::span(arguments).subspan(4));
  } else if (is("pretrain", 3)) {
    pretrain(arguments[1], arguments[2], arguments[3]);
  } else if (is("import", 3)) {
    import_weights(arguments[1], arguments[2], arguments[3]);
  } else if (is("export", 2)) {
    mnemo::export_run(arguments[1], arguments[2], mnemo::ExistingFile::replace);
  } else {
    std::fprintf(stderr,
                 "usage: consumer "
                 "[classify|predict|forecast|evaluate|explain|train|pretrain|import|export ...]\n");
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  return run({argv + 1, argv + argc});
} catch (const mnemo::Error& error) {
  std::fprintf(stderr, "consumer: %s\n", error.what());
  return 1;
}
