// The public library in programs of many threads: the same bits as alone, and LibTorch's numbers of
// threads as they were.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>

#include <atomic>
#include <functional>
#include <future>
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

// One object each, which all threads share.
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
    return {
        {"texts", [&] { return probabilities_of(classifier_.classify(some_texts())); }},
        {"texts, exported", [&] { return probabilities_of(exported_.classify(some_texts())); }},
        {"series",
         [&] { return probabilities_of(series_.predict_file(sample("motions_test.ts"))); }},
        {"numbers of series",
         [&] { return numbers_.predict_file(library_models().means_csv).at(3).numbers; }},
        {"forecast", [&] { return values_of(forecaster_.forecast(load_rows())); }},
        {"back-test, exported",
         [&] { return values_of(exported_forecaster_.backtest(load_rows(), {.stride = 1})); }},
        {"words", [&] { return explainer_.explain_text(some_texts()[0]).contributions; }},
        {"steps of series",
         [&] {
           return series_explainer_.explain_file(sample("motions_test.ts"))[2].contributions;
         }},
        {"rows", [&] { return row_explainer_.explain_rows(load_rows())[1].contributions; }},
        {"evaluation of texts",
         [&] { return figures_of(trained_run(), sample("reviews_test.csv")); }},
        {"evaluation of series",
         [&] { return figures_of(library_models().series, sample("motions_test.ts")); }},
        {"evaluation of forecasts",
         [&] { return figures_of(library_models().forecast, library_models().load_csv); }},
        {"loading",
         [&] {
           return Classifier::load(trained_run(), options_).classify(some_texts()[0]).probabilities;
         }},
    };
  }

 private:
  Numbers figures_of(const std::filesystem::path& model, const std::filesystem::path& file) const {
    Numbers figures;
    for (const auto& metric : evaluate(model, file, {.load = options_}).metrics) {
      figures.push_back(metric.value);
    }
    return figures;
  }

  LoadOptions options_;
  Classifier classifier_, exported_;
  SeriesModel series_, numbers_;
  Forecaster forecaster_, exported_forecaster_;
  Explainer explainer_, series_explainer_, row_explainer_;
};

class LibraryThreads : public testing::TestWithParam<int> {};

// Each thread asks all questions, each beginning with another one.
TEST_P(LibraryThreads, AnswersAreThoseOfCallsMadeAlone) {
  constexpr size_t kThreads = 6, kRounds = 3;
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
