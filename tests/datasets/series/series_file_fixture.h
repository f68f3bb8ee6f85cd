// Reads bytes as a file of series of one format.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "datasets/series/labelled_series.h"
#include "tests/common/test_helpers.h"

namespace mnemo {

class SeriesFile : public ::testing::Test {
 protected:
  explicit SeriesFile(SeriesFormat format) : options_{.format = format} {}

  LabelledSeries read(std::string_view bytes, Targets targets = Targets::required,
                      const std::string& name = "x.csv") const {
    return read_labelled_series(folder_.write(name, bytes), options_, targets);
  }
  std::string error_of(std::string_view bytes) const {
    return message_of([&] { read(bytes); });
  }

  SeriesReaderOptions options_;

 private:
  TestFolder folder_;
};

}  // namespace mnemo
