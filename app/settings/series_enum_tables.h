// Names of the enumerators that models of series bring.
#pragma once

#include "app/settings/enum_tables.h"
#include "app/settings/forecast_enum_tables.h"
#include "app/support/enum_names.h"
#include "datasets/series/labelled_series.h"
#include "models/series_model.h"

namespace mnemo {

// A series has one of these: the label of a class, or numbers.
enum class TargetKind { label, number };

template <>
struct EnumNames<TargetKind> {
  static constexpr std::array table = {EnumName{TargetKind::label, "class"},
                                       EnumName{TargetKind::number, "number"}};
};
template <>
struct EnumNames<SeriesFormat> {
  static constexpr auto table = kNamesOfFormats<SeriesFormat, kSeriesFormats>;
};
template <>
struct EnumNames<MissingSteps> {
  static constexpr std::array table = {EnumName{MissingSteps::fail, "fail"},
                                       EnumName{MissingSteps::interpolate, "interpolate"}};
};

}  // namespace mnemo
