// Options that several commands share.
#pragma once

#include "app/cli/option_table.h"
#include "app/compute.h"
#include "datasets/text_reader.h"

namespace mnemo {

// --input-format, --text-column, --header, --invalid-utf8, and --label-column where labels are read
void add_reader_options(OptionTable& table, TextReaderOptions& options, LabelColumn labels);

// --threads, --device, --precision, under a heading of their own
void add_compute_options(OptionTable& table, ComputeOptions& options);

}  // namespace mnemo
