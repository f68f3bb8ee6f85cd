// The command line of `mnemo train text`.
#pragma once

#include <string>
#include <vector>

#include "app/cli/train_request.h"
#include "app/tasks/text/train_text_options.h"

namespace mnemo {

// Throws UsageError.
TrainRequest<TrainTextOptions> parse_train_text(const std::vector<std::string>& arguments);

}  // namespace mnemo
