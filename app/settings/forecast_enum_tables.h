// Names of the enumerators that forecasting brings.
#pragma once

#include "app/settings/enum_tables.h"
#include "app/support/enum_names.h"
#include "datasets/calendar.h"
#include "datasets/number_table.h"
#include "datasets/scaler.h"
#include "models/forecaster.h"

namespace mnemo {

template <>
struct EnumNames<CalendarPart> {
  static constexpr std::array table = {
      EnumName{CalendarPart::minute, "minute"}, EnumName{CalendarPart::hour, "hour"},
      EnumName{CalendarPart::weekday, "weekday"}, EnumName{CalendarPart::day, "day"},
      EnumName{CalendarPart::month, "month"}};
};
template <>
struct EnumNames<MissingValues> {
  static constexpr std::array table = {EnumName{MissingValues::fail, "fail"},
                                       EnumName{MissingValues::interpolate, "interpolate"},
                                       EnumName{MissingValues::forward, "forward"}};
};
template <>
struct EnumNames<DecimalMark> {
  static constexpr std::array table = {EnumName{DecimalMark::automatic, "auto"},
                                       EnumName{DecimalMark::point, "point"},
                                       EnumName{DecimalMark::comma, "comma"}};
};
template <>
struct EnumNames<TableHeaderRow> {
  static constexpr std::array table = {EnumName{TableHeaderRow::automatic, "auto"},
                                       EnumName{TableHeaderRow::present, "true"},
                                       EnumName{TableHeaderRow::absent, "false"}};
};
template <>
struct EnumNames<ScalerKind> {
  static constexpr std::array table = {EnumName{ScalerKind::minmax, "minmax"},
                                       EnumName{ScalerKind::standard, "standard"},
                                       EnumName{ScalerKind::none, "none"}};
};
template <>
struct EnumNames<ForecastModel> {
  static constexpr std::array table = {
      EnumName{ForecastModel::automatic, "auto"}, EnumName{ForecastModel::segments, "segments"},
      EnumName{ForecastModel::stacked, "stacked"}, EnumName{ForecastModel::decoder, "decoder"}};
};
template <>
struct EnumNames<WindowNormalization> {
  static constexpr std::array table = {EnumName{WindowNormalization::none, "none"},
                                       EnumName{WindowNormalization::last, "last"},
                                       EnumName{WindowNormalization::reversible, "reversible"}};
};
template <>
struct EnumNames<WindowScaling> {
  static constexpr std::array table = {EnumName{WindowScaling::none, "none"},
                                       EnumName{WindowScaling::standard, "standard"},
                                       EnumName{WindowScaling::minmax, "minmax"}};
};
template <>
struct EnumNames<ForecastLoss> {
  static constexpr std::array table = {EnumName{ForecastLoss::mse, "mse"},
                                       EnumName{ForecastLoss::mae, "mae"},
                                       EnumName{ForecastLoss::huber, "huber"}};
};

}  // namespace mnemo
