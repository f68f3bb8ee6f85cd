// The numbers from which on a figure of `diagnose` means something: all such numbers, and where
// each comes from.
#pragma once

#include <cstdint>

namespace mnemo {

// A sigmoid gate is closed below the first and open above the second (Karpathy, Johnson and Li
// 2015); a tanh is saturated where its size is above the second.
inline constexpr double kClosedGate = 0.1;
inline constexpr double kOpenGate = 0.9;
// A unit's gate is stuck that is closed, or open, at this share of all steps: it decides nothing.
inline constexpr double kStuckShare = 0.95;
// A layer's gates are saturated when more than half of its units are stuck shut, or more than half
// of all states of a plain RNN are saturated, where a tanh passes less than a fifth of the
// gradient.
inline constexpr double kSaturatedShare = 0.5;

// A unit is dead whose state has a standard deviation below this, a two-thousandth of the range of
// a tanh. (With a hundredth, half of the units of an LSTM that solves the adding problem count.)
inline constexpr double kDeadDeviation = 1e-3;
// Single dead units are usual; so many are capacity that was paid for and is not used.
inline constexpr double kDeadShare = 0.25;

// The verdict is of the last third of the probes; of fewer than these that is next to nothing, and
// "all is well" would say too much.
inline constexpr int64_t kLeastProbes = 3;

// The gradient has faded where a thousandth of its largest norm is left. Bengio, Simard and
// Frasconi (1994) and Pascanu et al. (2013) show that it falls exponentially, and name no border:
// this is where it lies below what differs from batch to batch.
inline constexpr double kFadedShare = 1e-3;
// It vanishes when it fades within half of the sequence, and the sequence is so long that this may
// matter.
inline constexpr double kVanishingReach = 0.5;
inline constexpr int64_t kLeastDistance = 20;

// The recurrence explodes that makes of a gradient a hundred times as much: what one step changes
// of the weights is then what far steps say. A step explodes, too, whose gradient is a hundred
// times the usual (Pascanu et al. 2013 see walls of that kind, and clip).
inline constexpr double kExplodingGrowth = 100.0;
// The share is taken over all probes, so that one odd batch makes no finding.
inline constexpr double kExplodingProbes = 0.25;

// An update of about a thousandth of the weights is usual (Karpathy, CS231n): ten times as much, or
// a tenth, is a finding when the losses agree.
inline constexpr double kLargeUpdate = 1e-2;
inline constexpr double kSmallUpdate = 1e-4;
// Adam's first update is the learning rate for each weight: of weights of usual size, some 0.05, a
// rate of 0.02 changes four tenths, which no training stands. A rate of a hundred-thousandth
// changes a ten-thousandth or two, from where an epoch leads nowhere.
inline constexpr double kHugeUpdate = 0.4;
inline constexpr double kTinyFirstUpdate = 1e-3;

// The causes below were told from trainings of the reviews that ship and of ItalyPowerDemand
// (scripts/diagnosis_grid.py, seed 1), and not yet measured on others.
// A model is at chance that is not a fiftieth better than one answer for all samples; it has hardly
// begun to learn within a tenth of chance.
inline constexpr double kLeastGain = 0.02;
inline constexpr double kHardlyBegun = 0.9;
// The validation loss of labels dealt out at random wanders about chance: it seldom falls in each
// of four epochs, and then by less than this share of chance.
inline constexpr int64_t kLeastEpochs = 4;
inline constexpr double kJustBegun = 0.0005;
// A loss that fell by a tenth below chance on the samples was learnt, if only by heart.
inline constexpr double kMemorised = 0.9;
// A first epoch at so many times chance was thrown off by its steps: others stay within a third.
inline constexpr double kThrown = 1.5;
// Nobody recommends more (Srivastava et al. 2014 go to 0.8 for what is kept at 0.2); and by how
// much the training loss is then above the validation loss.
inline constexpr double kMuchDropout = 0.75;
inline constexpr double kDropoutGap = 0.2;
inline constexpr int64_t kManyLayers = 4;
inline constexpr int64_t kFewSamples = 50;

// A loss has risen by a twentieth of what it had fallen (or of itself, if it never fell).
inline constexpr double kRisenShare = 0.05;
// Prechelt's (1998) generalisation loss, validation loss over its lowest less 1, at which training
// is over: 5%; and, so that the last digits of a solved task do not count, a part of its fall.
inline constexpr double kGeneralizationLoss = 0.05;
inline constexpr double kGeneralizationFall = 0.02;

}  // namespace mnemo
