// Models of numeric series, each of which gets a label or numbers.
//
//   const auto model = mnemo::SeriesModel::load("runs/motions");
//   const std::vector<float> values = {...};  // steps x model.features().size(), step by step
//   const auto answer = model.predict(values);
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

// The answer to one series: a label, or numbers.
struct SeriesPrediction {
  std::string id = {};                     // in its file, or its number from 1
  std::string label = {};                  // the most probable one; empty of models with numbers
  double probability = 0.0;                // of that label
  std::vector<double> probabilities = {};  // (labels) in the order of SeriesModel::labels()
  std::vector<double> numbers = {};        // (targets) in the units of the training file
};

// Many threads may ask one model at once; each gets what it would get alone.
class SeriesModel {
 public:
  // Loads as Classifier::load() does.
  static SeriesModel load(const std::filesystem::path& run_or_model,
                          const LoadOptions& options = {});

  SeriesModel(SeriesModel&&) noexcept;
  SeriesModel& operator=(SeriesModel&&) noexcept;
  ~SeriesModel();

  const std::vector<std::string>& features() const;
  const std::vector<std::string>& labels() const;   // empty of a model that answers with numbers
  const std::vector<std::string>& targets() const;  // empty of a model that answers with labels

  // values (steps, features), one step after another, in the units of the training file, all
  // finite; at least one step. Throws UsageError for values that are no whole number of steps, or
  // not finite.
  SeriesPrediction predict(std::span<const float> values) const;
  // All at once is faster than one by one; each is as above, and of its own length.
  std::vector<SeriesPrediction> predict(std::span<const std::vector<float>> series) const;
  // The series of a file, in its order. Throws Error, naming file and line, for what cannot be read
  // and for features that are not the model's.
  std::vector<SeriesPrediction> predict_file(const std::filesystem::path& file,
                                             const DataOptions& options = {}) const;

 private:
  struct Impl;
  explicit SeriesModel(std::unique_ptr<Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace mnemo
