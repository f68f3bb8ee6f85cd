#include "datasets/scaler.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mnemo/error.h"

namespace mnemo {
namespace {

using Values = std::vector<double>;

TEST(FitScaling, StandardHasThePopulationsDeviation) {
  const auto scaling = fit_scaling(Values{1.0, 2.0, 3.0, 6.0}, ScalerKind::standard);
  EXPECT_DOUBLE_EQ(scaling.offset, 3.0);
  EXPECT_DOUBLE_EQ(scaling.scale, std::sqrt(14.0 / 4.0));
}

TEST(FitScaling, MinmaxGoesFromZeroToOne) {
  const auto scaling = fit_scaling(Values{5.0, -1.0, 3.0}, ScalerKind::minmax);
  EXPECT_DOUBLE_EQ(scaling.apply(-1.0), 0.0);
  EXPECT_DOUBLE_EQ(scaling.apply(5.0), 1.0);
}

TEST(FitScaling, NoneLeavesValuesAlone) {
  EXPECT_DOUBLE_EQ(fit_scaling(Values{5.0, 7.0}, ScalerKind::none).apply(5.0), 5.0);
}

TEST(FitScaling, AConstantColumnIsNotBlownUp) {
  for (const auto kind : {ScalerKind::standard, ScalerKind::minmax}) {
    EXPECT_EQ(fit_scaling(Values(1000, 0.1), kind).scale, 1.0);
    EXPECT_EQ(fit_scaling(Values(3, 0.0), kind).scale, 1.0);
  }
  EXPECT_LT(fit_scaling(Values{1e-9, 2e-9}, ScalerKind::standard).scale, 1e-8)
      << "small is not constant";
}

TEST(FitScaling, RefusesWhatOverflows) {
  EXPECT_THROW(fit_scaling(Values{1e308, -1e308}, ScalerKind::minmax), Error);
}

}  // namespace
}  // namespace mnemo
