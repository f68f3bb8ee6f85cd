// Checks what the times of a table must satisfy, and how even they are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "datasets/number_table.h"

namespace mnemo {

// Throws Error when within a series a time comes twice or is before the one above it. `lines` are
// those of the table's rows in `file`.
void require_time_order(const NumberTable& table, std::span<const int64_t> lines,
                        const std::string& file);

// The step of the series that have the most rows with it; no step at all when none has two rows.
TimeStep step_of_series(const NumberTable& table);

// A warning about the rows that are not one step after the one before; nothing when all are.
std::optional<std::string> uneven_steps(const NumberTable& table, std::span<const int64_t> lines,
                                        const std::string& file);

}  // namespace mnemo
