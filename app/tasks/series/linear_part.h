// The linear part of a model of series: a regression on all their steps, fitted before the layers
// learn, and kept.
//
// The layers learn what it leaves to be said. In training their answer is added to the one that a
// series gets from a regression on the others alone (stacking, Wolpert 1992), so they learn not to
// rely on one that only knows what it has seen, and have little to do beside one that is right.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/tasks/series/series_data.h"
#include "app/training/class_loss.h"
#include "app/training/linear/linear_regression.h"
#include "models/series_model.h"

namespace mnemo {

// The strengths of the penalty that are tried, see LinearRegression, in units of the inputs' mean
// variance; the one that loses least on the series left out is taken. The first leaves no more than
// the bias.
inline constexpr std::array kLinearPartStrengths = {1e6, 1e3, 300.0, 100.0, 30.0, 10.0,
                                                    3.0, 1.0, 0.3,   0.1,   0.03, 0.01};
// More would take minutes: of series times inputs times outputs, and of the fewer of series and
// inputs.
inline constexpr int64_t kMostLinearNumbers = 5'000'000, kMostLinearDirections = 1'000;

// Steps that all series of a part have; 0: their lengths differ.
int64_t common_steps(const SeriesPart& part);

// Why a model can have none; empty: it can.
std::string objection_to_linear_part(const SeriesPart& train, int64_t outputs);

struct LinearPartFit {
  LinearMap map;           // (outputs, steps * F), of all samples
  at::Tensor of_left_out;  // (N, outputs) fp64, of each sample by a fit without its fold
  double strength = 0.0;
  double left_out_loss = 0.0;  // mean; add_linear_part() gives that of numbers as the squared error
};

// folds (N): of each sample, from 0 on. Only tests give other strengths. Throws Error where nothing
// finite comes of it.
LinearPartFit fit_linear_part(const RegressionSamples& samples, const std::vector<int64_t>& folds,
                              std::span<const double> strengths = kLinearPartStrengths);

// Which fold each series goes to: equal ones of a class to one, all folds alike in different ones.
std::vector<int64_t> deal_series(const SeriesPart& part, bool of_classes, int64_t folds);

// Fits the linear map of `model`, whose scaling is set, to `train`, and has its answers to series
// left out stand in `train.linear_answers`.
LinearPartFit add_linear_part(SeriesModule& model, SeriesPart& train, TargetKind kind,
                              const ClassLoss& loss);

}  // namespace mnemo
