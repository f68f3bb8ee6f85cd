// A task brings this to a training: data, model, objective, and what comes after the epochs.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/runs/training_log.h"
#include "app/training/fit.h"
#include "app/training/objective.h"

namespace mnemo {

// The part of meta.json that is not about machine and versions.
struct RunDescription {
  nlohmann::json settings = {};   // of the model
  nlohmann::json data = {};       // files, their hashes, and how many samples they gave
  nlohmann::json lengths = {};    // of the samples, to tell; null: nothing to tell
  nlohmann::json fitted = {};     // how parts fared that were found before the rest learns; or null
  int64_t fitted_parameters = 0;  // of those parts
  // A RowSketch of the rows trained on, by which an evaluation knows them; empty: none was made.
  std::string seen_rows = {};
  // The loss on the samples held out of the best answer that is the same for all; of forecasters
  // none is known.
  std::optional<double> chance_loss = {};
};

// Calls `fit` with the question whether to stop after the step at hand, and returns its answer.
using StoppableFit = std::function<FitResult(const std::function<bool()>& should_stop)>;
using FitUntilStopped = std::function<FitResult(const StoppableFit& fit)>;

// Made by a task from its options: the data are read, the model stands where its training starts.
class Trainer {
 public:
  virtual ~Trainer() = default;

  virtual Objective& objective() = 0;
  virtual BatchSource& train() = 0;
  virtual BatchSource& valid() = 0;
  // It has as many epochs as the data need, and the seed of the steps.
  virtual const FitOptions& fit() const = 0;
  virtual const RunDescription& description() const = 0;
  // Warns of what a fit by these settings would lack; nobody asks where learning rates are tried.
  virtual void warn_of_fit() const {}
  // One for each parameter of the model; empty: all alike.
  virtual std::vector<ParameterPace> paces() const { return {}; }
  // The run folder keeps these bytes as its tokenizer; empty: there is none.
  virtual std::string tokenizer() const { return {}; }

  // True when a part is to join the model once its fit is complete.
  virtual bool has_late_part() const { return false; }
  // The size of its weights, as far as that is known before.
  virtual double late_bytes() const { return 0.0; }
  // Trains that part after `fit`, or when that is paused, to tell what it would bring; nothing
  // where it would bring nothing. A fit of its own may be stopped by `until_stopped`.
  virtual std::optional<LateAddition> train_late_part(
      const FitResult&, [[maybe_unused]] const FitUntilStopped& until_stopped) {
    return std::nullopt;
  }

  // The answers of the finished run in that folder on rows held out, for its report; null where a
  // task has none.
  virtual nlohmann::json answers(const std::filesystem::path&) { return nullptr; }
};

}  // namespace mnemo
