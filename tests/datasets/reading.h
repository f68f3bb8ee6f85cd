// Whole files of labelled texts, for tests.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "datasets/text_reader.h"

namespace mnemo {

inline std::vector<std::string> texts_of(const std::filesystem::path& path) {
  LabelledTextReader reader(path, {});
  std::vector<std::string> texts;
  for (TextRecord record; reader.next(record);) texts.push_back(std::move(record.text));
  return texts;
}

}  // namespace mnemo
