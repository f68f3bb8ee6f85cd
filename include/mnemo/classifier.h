// mnemo as a library: load a trained text classifier and ask it.
//
//   #include <mnemo/classifier.h>
//
//   mnemo::Classifier classifier = mnemo::Classifier::load("runs/reviews");
//   mnemo::Prediction answer = classifier.classify("A film to remember.");
//   // answer.label, answer.probability
//
// The answers are those of `mnemo predict`. The public headers need nothing but the standard
// library.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mnemo/error.h"

namespace mnemo {

struct Prediction {
  std::string label;                  // the most probable one
  double probability = 0.0;           // of that label
  std::vector<double> probabilities;  // of every label, in the order of Classifier::labels()
};

class Classifier {
 public:
  // Loads a run folder (data only: nothing in it is executed) or a model that `mnemo export` wrote.
  // `threads`: 0 is one a core. Throws mnemo::Error with a message that names what is missing,
  // damaged, or newer than this library.
  static Classifier load(const std::filesystem::path& run_or_model, int threads = 0);

  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;
  ~Classifier();

  const std::vector<std::string>& labels() const;

  // UTF-8; invalid bytes count as U+FFFD. One call at a time for each Classifier.
  Prediction classify(const std::string& text);
  // All at once is faster than one by one. Answers come in the order of the texts.
  std::vector<Prediction> classify(std::span<const std::string> texts);

 private:
  struct Impl;
  explicit Classifier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mnemo
