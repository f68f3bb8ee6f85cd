// Columns of words, whose numbers are places in a list.
#pragma once

#include "datasets/file_column.h"
#include "datasets/number_table.h"

namespace mnemo {

// Gives a column that may hold words its numbers: see NumberTableOptions. The words of one that
// holds some are added to `words`.
void number_words(FileColumn& column, const NumberTableOptions& options, WordLists& words);

}  // namespace mnemo
