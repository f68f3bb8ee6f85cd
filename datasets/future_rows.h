// The rows at the end of each series whose values are still to come.
#pragma once

#include <string>

#include "datasets/number_table.h"
#include "datasets/table_columns.h"

namespace mnemo {

// Takes the rows of the future out of `file`, as its `future` says, and returns them as columns.
TableColumns take_future(TableColumns& file);

// Puts the rows of the future, from `file` itself or another one (whose series and columns are
// known by name), behind the series of `table`: those that come after its last row. Throws Error,
// naming `name` and the line, for a row that does not follow one step after the one before, and a
// value missing that must be known.
void add_future(NumberTable& table, const TableColumns& future, const std::string& name);

}  // namespace mnemo
