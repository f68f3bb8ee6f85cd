// Texts in memory as records: what the tests of their formats share.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "datasets/text_reader.h"
#include "mnemo/error.h"
#include "tests/common/test_helpers.h"
#include "tests/datasets/reading.h"

namespace mnemo {
namespace {

using Strings = std::vector<std::string>;

struct ReadRows {
  Strings texts, labels;
  ReadCounts counts;
};

ReadRows read(const std::string& bytes, TextReaderOptions options,
              LabelColumn labels = LabelColumn::required) {
  const auto reader =
      make_text_reader(std::make_unique<std::istringstream>(bytes), "data", options, labels);
  ReadRows data;
  for (TextRecord record; reader->next(record);) {
    data.texts.push_back(record.text);
    data.labels.push_back(record.label);
  }
  data.counts = reader->counts();
  return data;
}

ReadRows read_as(InputFormat format, const std::string& bytes,
                 LabelColumn labels = LabelColumn::required) {
  return read(bytes, {.format = format}, labels);
}

std::string reading_error(const std::string& bytes, TextReaderOptions options,
                          LabelColumn labels = LabelColumn::required) {
  return message_of([&] { read(bytes, options, labels); });
}

std::string error_as(InputFormat format, const std::string& bytes) {
  return reading_error(bytes, {.format = format});
}

// ---- Tables ----

}  // namespace
}  // namespace mnemo
