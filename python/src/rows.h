// Data in memory, as Python hands them over.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mnemo/rows.h"
#include "python/src/bindings.h"

namespace mnemo::python {

using NumberTable = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using OneSeries = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using SeriesList = std::vector<OneSeries>;

// values (rows, columns); times and series (rows) or empty; words (rows) of each column.
Rows to_rows(std::vector<std::string> columns, const NumberTable& values,
             std::vector<std::string> times, std::vector<std::string> series,
             std::map<std::string, std::vector<std::string>> words);

}  // namespace mnemo::python
