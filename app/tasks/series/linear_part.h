// The linear part of a model of series: a regression on all their steps, fitted before the layers
// learn, and kept.
//
// The layers learn what it leaves to be said. In training their answer is added to the one that a
// series gets from a regression on the others alone (stacking, Wolpert 1992), so they learn not to
// rely on one that only knows what it has seen, and have little to do beside one that is right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/tasks/series/series_data.h"
#include "app/training/class_loss.h"
#include "app/training/linear/linear_regression.h"
#include "models/series_model.h"

namespace mnemo {

struct LinearPartOptions {
  int64_t folds = 5;  // that the training series are dealt to, one left out of the fit at a time
  // The strengths of the penalty that are tried, see LinearRegression, in units of the inputs' mean
  // variance; the one that loses least on the series left out is taken. The first leaves no more
  // than the bias.
  std::vector<double> strengths = {1e6, 1e3, 300.0, 100.0, 30.0, 10.0,
                                   3.0, 1.0, 0.3,   0.1,   0.03, 0.01};
  int64_t least_series = 10;
  // More would take minutes: of series times inputs times outputs, and of the fewer of series and
  // inputs.
  int64_t most_numbers = 5'000'000, most_directions = 1'000;
};

// Steps that all series of a part have; 0: their lengths differ.
int64_t common_steps(const SeriesPart& part);

// Why a model can have none; empty: it can.
std::string objection_to_linear_part(const SeriesPart& train, int64_t outputs,
                                     const LinearPartOptions& options);

struct LinearPartFit {
  LinearMap map;           // (outputs, steps * F), of all samples
  at::Tensor of_left_out;  // (N, outputs) fp64, of each sample by a fit without its fold
  double strength = 0.0;
  double left_out_loss = 0.0;  // mean; add_linear_part() gives that of numbers as the squared error
};

// folds (N): below options.folds. Throws Error where nothing finite comes of it.
LinearPartFit fit_linear_part(const RegressionSamples& samples, const std::vector<int64_t>& folds,
                              const LinearPartOptions& options);

// The fold that each series goes to: equal ones of a class to one, all folds alike in different
// ones.
std::vector<int64_t> deal_series(const SeriesPart& part, bool of_classes, int64_t folds);

// Fits the linear map of `model`, whose scaling is set, to `train`, and has its answers to series
// left out stand in `train.linear_answers`.
LinearPartFit add_linear_part(SeriesModule& model, SeriesPart& train, TargetKind kind,
                              const ClassLoss& loss, const LinearPartOptions& options);

}  // namespace mnemo
