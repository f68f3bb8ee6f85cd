// The public library in programs of many threads: the same bits as alone, and LibTorch's numbers of
// threads as they were.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>

#include <atomic>
#include <functional>
#include <future>
#include <span>
#include <thread>

#include "tests/app/library/library_models.h"

namespace mnemo {
namespace {

// Returns the number that a thread begins with which has not asked LibTorch before: the process's.
int threads_of_a_new_thread() {
  return std::async(std::launch::async, [] { return at::get_num_threads(); }).get();
}

// Sets LibTorch's number of threads for a test.
class ProcessThreads {
 public:
  explicit ProcessThreads(int count) : before_(at::get_num_threads()) {
    at::set_num_threads(count);
  }
  ~ProcessThreads() { at::set_num_threads(before_); }
  ProcessThreads(const ProcessThreads&) = delete;
  ProcessThreads& operator=(const ProcessThreads&) = delete;

 private:
  int before_;
};

const std::vector<std::string>& some_texts() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> all;
    for (int i = 0; i < 150; ++i) {
      all.push_back("A film to remember, " + std::to_string(i) + " times" +
                    (i % 3 == 0 ? ", and broken after two days." : "."));
    }
    return all;
  }();
  return texts;
}

using Numbers = std::vector<double>;

void append(const Numbers& more, Numbers& all) { all.insert(all.end(), more.begin(), more.end()); }

// One way to ask the library, and all the numbers of its answer.
struct Question {
  std::string name;
  std::function<Numbers()> ask;
};

template <typename Answers>
Numbers probabilities_of(const Answers& answers) {
  Numbers all;
  for (const auto& answer : answers) append(answer.probabilities, all);
  return all;
}

Numbers values_of(const std::vector<Forecast>& forecasts) {
  Numbers all;
  for (const auto& forecast : forecasts) append(forecast.values, all);
  return all;
}

Numbers figures_of(const EvaluationResult& result) {
  Numbers figures;
  for (const auto& metric : result.metrics) figures.push_back(metric.value);
  return figures;
}

Numbers bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Numbers means_of(const std::vector<WordInfluence>& words) {
  Numbers means;
  for (const auto& word : words) means.push_back(word.mean);
  return means;
}

// One object each, which all threads share, and a folder for what they write.
class SharedObjects {
 public:
  explicit SharedObjects(int threads)
      : options_{.threads = threads},
        classifier_(Classifier::load(trained_run(), options_)),
        exported_(Classifier::load(exported_model(), options_)),
        series_(SeriesModel::load(library_models().series, options_)),
        numbers_(SeriesModel::load(library_models().numbers, options_)),
        forecaster_(Forecaster::load(library_models().forecast, options_)),
        exported_forecaster_(Forecaster::load(library_models().forecast_export, options_)),
        explainer_(Explainer::load(trained_run(), options_)),
        series_explainer_(Explainer::load(library_models().series, options_)),
        row_explainer_(Explainer::load(library_models().forecast, options_)) {}

  std::vector<Question> questions() const {
    std::vector<Question> all;
    for (const auto& some : {answers(), forecasts(), explanations(), evaluations(), files()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

 private:
  std::vector<Question> answers() const {
    return {
        {"texts", [&] { return probabilities_of(classifier_.classify(some_texts())); }},
        {"texts of a file",
         [&] { return probabilities_of(classifier_.classify_file(sample("reviews_test.csv"))); }},
        {"texts, exported", [&] { return probabilities_of(exported_.classify(some_texts())); }},
        {"series",
         [&] { return probabilities_of(series_.predict_file(sample("motions_test.ts"))); }},
        {"numbers of series",
         [&] { return numbers_.predict_file(library_models().means_csv).at(3).numbers; }},
    };
  }

  std::vector<Question> forecasts() const {
    return {
        {"forecast", [&] { return values_of(forecaster_.forecast(load_rows())); }},
        {"forecast of a file",
         [&] { return values_of(forecaster_.forecast_file(library_models().load_csv)); }},
        {"back-test, exported",
         [&] { return values_of(exported_forecaster_.backtest(load_rows(), {.stride = 1})); }},
        {"back-test, refitted",
         [&] {
           return values_of(forecaster_.backtest(load_rows(), {.windows = 1, .refit = true}));
         }},
        {"figures of a back-test",
         [&] { return figures_of(forecaster_.backtest_figures(load_rows())); }},
    };
  }

  std::vector<Question> explanations() const {
    const auto some = std::span(some_texts()).first(8);
    const auto of_text = [this](const std::string& method) {
      return explainer_.explain_text(some_texts()[0], {.method = method}).contributions;
    };
    const auto of_series = [this](const std::string& method) {
      const std::vector<float> values(6 * features(), 0.5F);
      return series_explainer_.explain_series(values, {.method = method}).contributions;
    };
    const auto of_rows = [this](const std::string& method) {
      return row_explainer_.explain_rows(load_rows(), {.method = method})[1].contributions;
    };
    return {
        {"words", [=] { return of_text("gradients"); }},
        {"words by occlusion", [=] { return of_text("occlusion"); }},
        {"words by attention", [=] { return of_text("attention"); }},
        {"strongest words",
         [=, this] { return means_of(explainer_.strongest_words(some, {.least_texts = 2})); }},
        {"deletion test", [=, this] { return bytes_of(explainer_.deletion_test(some)); }},
        {"steps of series", [=] { return of_series("gradients"); }},
        {"steps by occlusion", [=] { return of_series("occlusion"); }},
        {"steps of a file's series",
         [this] {
           return series_explainer_.explain_file(sample("motions_test.ts"))[2].contributions;
         }},
        {"rows", [=] { return of_rows("gradients"); }},
        {"rows by occlusion", [=] { return of_rows("occlusion"); }},
    };
  }

  std::vector<Question> evaluations() const {
    const auto evaluated_on = [this](const std::filesystem::path& model,
                                     const std::filesystem::path& file) {
      return figures_of(evaluate(model, file, {.load = options_}));
    };
    return {
        {"evaluation of texts",
         [=] { return evaluated_on(trained_run(), sample("reviews_test.csv")); }},
        {"evaluation of series",
         [=] { return evaluated_on(library_models().series, sample("motions_test.ts")); }},
        {"evaluation of forecasts",
         [=] { return evaluated_on(library_models().forecast, library_models().load_csv); }},
    };
  }

  // These read and write; each asks anew what it has made.
  std::vector<Question> files() const {
    const auto answers_of = [this](const std::filesystem::path& model) {
      const auto loaded = SeriesModel::load(model, options_);
      return probabilities_of(loaded.predict_file(sample("motions_test.ts")));
    };
    return {
        {"loading",
         [this] {
           return Classifier::load(trained_run(), options_).classify(some_texts()[0]).probabilities;
         }},
        {"export",
         [=, this] {
           const auto file = new_path(".pt");
           export_run(library_models().series, file);
           return answers_of(file);
         }},
        {"import",
         [=, this] {
           const auto& from = library_models().series;
           const auto run = new_path("");
           import_model("series", from / "weights.safetensors", run,
                        {.config = from / "config.ini", .train = sample("motions_train.ts")});
           return answers_of(run);
         }},
        {"settings",
         [] {
           std::string names;
           for (const auto& setting : training_settings("text", "best")) names += setting.name;
           return bytes_of(names);
         }},
    };
  }

  size_t features() const { return series_.features().size(); }
  std::filesystem::path new_path(const std::string& ending) const {
    return folder_.path() / ("made_" + std::to_string(made_++) + ending);
  }

  LoadOptions options_;
  Classifier classifier_, exported_;
  SeriesModel series_, numbers_;
  Forecaster forecaster_, exported_forecaster_;
  Explainer explainer_, series_explainer_, row_explainer_;
  TestFolder folder_;
  mutable std::atomic<int> made_ = 0;  // by all threads
};

class LibraryThreads : public testing::TestWithParam<int> {};

// Each thread asks all questions, each beginning with another one.
TEST_P(LibraryThreads, AnswersAreThoseOfCallsMadeAlone) {
  constexpr size_t kThreads = 6, kRounds = 2;
  const ProcessThreads process(3);
  const SharedObjects objects(GetParam());
  const auto questions = objects.questions();
  std::vector<Numbers> alone;
  for (const auto& question : questions) {
    alone.push_back(question.ask());
    ASSERT_GT(alone.back().size(), 1U) << question.name;
  }
  std::vector<std::string> wrong(kThreads);
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const int before = at::get_num_threads();
      for (size_t i = 0; i < kRounds * questions.size(); ++i) {
        const size_t which = (thread + i) % questions.size();
        if (questions[which].ask() != alone[which]) wrong[thread] = questions[which].name;
        if (at::get_num_threads() != before) wrong[thread] = "this thread's number of threads";
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<std::string>(kThreads));
  EXPECT_EQ(at::get_num_threads(), 3);
  EXPECT_EQ(threads_of_a_new_thread(), 3);
}

INSTANTIATE_TEST_SUITE_P(Each, LibraryThreads, testing::Values(1, 2));

// While calls are under way, threads that begin anew see the process's number and no other.
TEST(LibraryThreadCounts, NoOtherThreadEverSeesThoseOfACall) {
  const ProcessThreads process(3);
  const auto classifier = Classifier::load(trained_run(), {.threads = 2});
  std::atomic<bool> done = false;
  std::thread asking([&] {
    for (int i = 0; i < 10; ++i) classifier.classify(some_texts());
    done = true;
  });
  int looks = 0;
  do {
    EXPECT_EQ(threads_of_a_new_thread(), 3);
    ++looks;
  } while (!done);
  asking.join();
  EXPECT_GT(looks, 1);
}

TEST(LibraryThreadCounts, AreThoseFromBeforeAlsoWhenACallFails) {
  const ProcessThreads process(3);
  const auto classifier = Classifier::load(trained_run(), {.threads = 2});
  EXPECT_THROW(Classifier::load("nowhere", {.threads = 2}), Error);
  EXPECT_THROW(classifier.classify_file("nowhere.txt"), Error);
  EXPECT_THROW(evaluate(trained_run(), "nowhere.csv"), Error);
  EXPECT_EQ(at::get_num_threads(), 3);
  EXPECT_EQ(threads_of_a_new_thread(), 3);
}

TEST(LibraryThreadCounts, ACallComputesWithItsOwn) {
  const TestFolder folder;
  const auto file = folder.write("texts.txt", "caf\xe9\n");
  const ProcessThreads process(3);
  const auto classifier = Classifier::load(trained_run(), {.threads = 2});
  int within = 0;
  DataOptions options;  // whose function is called in the midst of a call
  options.warn = [&](const std::string&) { within = at::get_num_threads(); };
  classifier.classify_file(file, options);
  EXPECT_EQ(within, 2);
  EXPECT_EQ(at::get_num_threads(), 3);
}

// A caller that has turned gradients off still gets explanations, and finds them off afterwards.
TEST(LibraryThreadCounts, GradientsOfTheCallerStayAsTheyWere) {
  const auto explainer = Explainer::load(trained_run(), kOneThread);
  const auto expected = explainer.explain_text("A film to remember.").contributions;
  const at::NoGradGuard no_grad;
  EXPECT_EQ(explainer.explain_text("A film to remember.").contributions, expected);
  EXPECT_FALSE(at::GradMode::is_enabled());
  const c10::InferenceMode inference;
  EXPECT_EQ(explainer.explain_text("A film to remember.").contributions, expected);
  EXPECT_TRUE(c10::InferenceMode::is_enabled());
}

}  // namespace
}  // namespace mnemo
