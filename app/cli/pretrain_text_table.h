// The command line of `mnemo pretrain text`.
#pragma once

#include <string>
#include <vector>

#include "app/cli/train_request.h"
#include "app/tasks/language/pretrain_text_options.h"

namespace mnemo {

// Throws UsageError for what is not as expected, naming the option.
TrainRequest<PretrainTextOptions> parse_pretrain_text(const std::vector<std::string>& arguments);

}  // namespace mnemo
