// How the file of a table is laid out, as far as its options leave that open.
#pragma once

#include "common/input_stream.h"
#include "datasets/csv_layout.h"
#include "datasets/number_table.h"

namespace mnemo {

// Looks at the head of the input, before anything is read.
CsvLayout find_table_layout(InputStream& input, const NumberTableOptions& options);

}  // namespace mnemo
