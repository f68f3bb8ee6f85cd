// Classifiers of texts.
//
//   #include <mnemo/classifier.h>
//
//   const auto classifier = mnemo::Classifier::load("runs/reviews");
//   const auto answer = classifier.classify("A film to remember.");
//   // answer.label, answer.probability
//
// The answers are those of `mnemo predict`.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mnemo/error.h"
#include "mnemo/options.h"

namespace mnemo {

struct Prediction {
  std::string label = {};                  // the most probable one
  double probability = 0.0;                // of that label
  std::vector<double> probabilities = {};  // (labels) of each, in the order of Classifier::labels()
  // A model that gives a text any number of labels has those of the text here, likeliest first;
  // `label` is then the likeliest of all, be it among them or not.
  std::vector<std::string> labels = {};
  double number = 0.0;  // of a model that answers with a number, which has no labels
};

// Many threads may ask one classifier at once; each gets what it would get alone.
class Classifier {
 public:
  // Loads a run folder (data only: nothing in it is executed) or a model that `mnemo export` wrote.
  // Throws Error, which names what is missing, damaged, newer than this library, or a model of
  // another task; UsageError for options that cannot be meant.
  static Classifier load(const std::filesystem::path& run_or_model,
                         const LoadOptions& options = {});

  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;
  ~Classifier();

  const std::vector<std::string>& labels() const;  // none of a model that answers with a number

  // UTF-8; invalid bytes count as U+FFFD. Throws Error where memory or a device fails.
  Prediction classify(const std::string& text) const;
  // All at once is faster than one by one. Answers come in the order of the texts.
  std::vector<Prediction> classify(std::span<const std::string> texts) const;
  // The texts of a file, in its order. Throws Error, naming file and line, for what cannot be read.
  std::vector<Prediction> classify_file(const std::filesystem::path& file,
                                        const DataOptions& options = {}) const;

 private:
  struct Impl;
  explicit Classifier(std::unique_ptr<Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace mnemo
