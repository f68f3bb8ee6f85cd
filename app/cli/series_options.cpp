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

SeriesReaderOptions series_options_for(const OptionTable& table, const SeriesReaderOptions& given,
                                       SeriesReaderOptions trained, MissingValues missing) {
  // The training file's format says nothing of this one's.
  trained.format = given.format;
  trained.labels_file = given.labels_file;
  if (table.given("id-column")) trained.id_column = given.id_column;
  if (table.given("missing")) trained.missing = missing_steps(missing);
  return trained;
}

}  // namespace mnemo
