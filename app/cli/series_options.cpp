#include "app/cli/series_options.h"

#include "mnemo/error.h"

namespace mnemo {

MissingSteps missing_steps(MissingValues missing) {
  switch (missing) {
    case MissingValues::fail:
      return MissingSteps::fail;
    case MissingValues::interpolate:
      return MissingSteps::interpolate;
    case MissingValues::forward:
      throw UsageError("--missing forward is for forecasts; series take fail or interpolate");
  }
  throw Error("unhandled way with missing values");
}

}  // namespace mnemo
