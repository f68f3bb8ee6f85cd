#include "app/cli/file_reading_options.h"

#include <utility>

#include "app/cli/common_options.h"
#include "app/cli/series_options.h"

namespace mnemo {

FileReading file_reading(const OptionTable& table, const TextReaderOptions& text,
                         const SeriesReaderOptions& series, const NumberTableOptions& numbers) {
  return {.text = text,
          .series =
              [&](SeriesReaderOptions trained) {
                return series_options_for(table, series, std::move(trained), numbers.missing);
              },
          .table =
              [&](NumberTableOptions trained) {
                return table_options_for(table, numbers, std::move(trained));
              }};
}

}  // namespace mnemo
