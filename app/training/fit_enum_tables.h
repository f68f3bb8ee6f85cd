// Names of the enumerators of the training loop.
#pragma once

#include "app/support/enum_names.h"
#include "app/training/batch_order.h"
#include "app/training/class_loss.h"
#include "app/training/fit.h"
#include "models/initialization.h"

namespace mnemo {

template <>
struct EnumNames<Schedule> {
  static constexpr std::array table = {
      EnumName{Schedule::constant, "constant"}, EnumName{Schedule::linear, "linear"},
      EnumName{Schedule::cosine, "cosine"},     EnumName{Schedule::one_cycle, "one-cycle"},
      EnumName{Schedule::step, "step"},         EnumName{Schedule::exponential, "exponential"},
      EnumName{Schedule::plateau, "plateau"}};
};
template <>
struct EnumNames<OptimizerKind> {
  static constexpr std::array table = {
      EnumName{OptimizerKind::adam, "adam"}, EnumName{OptimizerKind::adamw, "adamw"},
      EnumName{OptimizerKind::rmsprop, "rmsprop"}, EnumName{OptimizerKind::sgd, "sgd"}};
};
template <>
struct EnumNames<KeptWeights> {
  static constexpr std::array table = {EnumName{KeptWeights::best, "best"},
                                       EnumName{KeptWeights::last, "last"}};
};
template <>
struct EnumNames<ClassWeights> {
  static constexpr std::array table = {EnumName{ClassWeights::none, "none"},
                                       EnumName{ClassWeights::balanced, "balanced"}};
};
template <>
struct EnumNames<Sampling> {
  static constexpr std::array table = {EnumName{Sampling::all, "all"},
                                       EnumName{Sampling::balanced, "balanced"}};
};
template <>
struct EnumNames<DenseInit> {
  static constexpr std::array table = {EnumName{DenseInit::pytorch, "pytorch"},
                                       EnumName{DenseInit::xavier, "xavier"}};
};
template <>
struct EnumNames<RecurrentInit> {
  static constexpr std::array table = {EnumName{RecurrentInit::pytorch, "pytorch"},
                                       EnumName{RecurrentInit::orthogonal, "orthogonal"}};
};

}  // namespace mnemo
