// The command line of `mnemo train text`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/training/train_text_options.h"

namespace mnemo {

struct TrainTextRequest {
  TrainTextOptions options;
  bool quiet = false;
  std::string config_text;            // the resolved settings
  std::optional<std::string> answer;  // --help or --print-config: print this and do nothing else
};

TrainTextRequest parse_train_text(const std::vector<std::string>& arguments);

}  // namespace mnemo
