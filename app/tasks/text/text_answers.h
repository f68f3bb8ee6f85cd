// The answers of a classifier of texts that has just been trained, on the rows held out, for its
// report.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/settings/compute.h"
#include "datasets/label_lists.h"
#include "datasets/text_reader.h"
#include "datasets/token_file.h"

namespace mnemo {

// Rows of a file of texts whose labels are known, after the texts themselves are done with.
struct EncodedRows {
  std::string file;
  std::string sha256;  // of the file
  TextReaderOptions reader;
  std::shared_ptr<const TokenFile> tokens;  // of all its rows
  std::vector<int32_t> rows;
  std::vector<int32_t> labels;       // of each of them
  LabelLists lists = {};             // of several labels
  std::vector<double> numbers = {};  // of numbers
};

nlohmann::json text_answers(const std::filesystem::path& run, const EncodedRows& rows,
                            const ComputeOptions& compute);

}  // namespace mnemo
