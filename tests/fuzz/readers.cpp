#include "tests/fuzz/readers.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "datasets/number_table.h"
#include "datasets/series/labelled_series.h"
#include "datasets/series/series_format.h"
#include "datasets/text_format.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

constexpr uint8_t kTexts = kTextFormats.size() - 1;  // all but folders
constexpr uint8_t kSeries = kSeriesFormats.size();
constexpr uint8_t kTables = 2;  // CSV and .tsf
constexpr uint8_t kReaders = kTexts + kSeries + kTables;

// A file that holds the input at hand. Its folder is this process's own.
fs::path write_input(std::string_view bytes, const std::string& ending) {
  static const fs::path folder =
      fs::temp_directory_path() / ("mnemo-fuzz-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const auto path = folder / ("input" + ending);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

void read_texts(std::string_view bytes, const TextFormatRow& format, bool has_labels) {
  TextReaderOptions options;
  options.format = format.format;
  options.several_labels = has_labels && bytes.size() % 2 == 1;
  const auto reader =
      make_text_reader(std::make_unique<std::istringstream>(std::string(bytes)), "input", options,
                       has_labels ? LabelColumn::required : LabelColumn::ignored);
  for (TextRecord record; reader->next(record);) {
  }
}

void read_series(std::string_view bytes, const SeriesFormatRow& format, bool has_labels) {
  SeriesReaderOptions options;
  options.format = format.format;
  const auto& endings = format.definition().endings;
  read_labelled_series(write_input(bytes, endings.empty() ? ".csv" : endings.front()), options,
                       has_labels ? Targets::required : Targets::ignored);
}

void read_table(std::string_view bytes, bool is_monash, bool fills) {
  NumberTableOptions options;
  if (fills) options.missing = MissingValues::interpolate;
  read_number_table(write_input(bytes, is_monash ? ".tsf" : ".csv"), options);
}

}  // namespace

void read_any(std::span<const uint8_t> bytes) {
  if (bytes.empty()) return;
  const uint8_t reader = bytes[0] % kReaders;
  const bool option = bytes[0] >= 128;
  const std::string_view rest(reinterpret_cast<const char*>(bytes.data()) + 1, bytes.size() - 1);
  try {
    if (reader < kTexts) {
      read_texts(rest, kTextFormats[reader], option);
    } else if (reader < kTexts + kSeries) {
      read_series(rest, kSeriesFormats[reader - kTexts], option);
    } else {
      read_table(rest, reader == kReaders - 1, option);
    }
  } catch (const Error&) {
  }
}

std::vector<std::string> first_inputs() {
  std::vector<std::string> inputs;
  const auto add = [&](int reader, const std::string& bytes) {
    inputs.push_back(static_cast<char>(reader) + bytes);
    const int with_option = reader + (128 - reader) / kReaders * kReaders + kReaders;
    if (with_option < 256) inputs.push_back(static_cast<char>(with_option) + bytes);
  };
  for (int i = 0; i < kTexts; ++i) {
    add(i, kTextFormats[static_cast<size_t>(i)].definition().example + "\n");
  }
  for (int i = 0; i < kSeries; ++i) {
    add(kTexts + i, kSeriesFormats[static_cast<size_t>(i)].definition().example + "\n");
  }
  const int table = kTexts + kSeries;
  add(table, "date,a,b\n2020-01-01,1,2.5\n2020-01-02,,3\n2020-01-03,1e3,-4\n");
  add(table, "sep=;\nDatum;Zahl\n01.02.2020;1.234,5\n02.02.2020;7\n");
  add(table, "# note\ntitle\nyear,month,day,hour,x\n2020,1,1,0,5\n2020,1,1,1,\"6\"\n");
  add(table, "t\tx\n1577836800\tTrue\n1577840400\t12.3K\n1577844000\t$4\n");
  add(table + 1,
      "@attribute series_name string\n@attribute start_timestamp date\n@frequency daily\n@data\n"
      "T1:1979-01-01 00-00-00:1,?,3\n");
  return inputs;
}

}  // namespace mnemo
