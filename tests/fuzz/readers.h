// Feeds bytes to a reader, as a file of a name that it may have.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mnemo {

// Reads `bytes`, of which the first says which reader, and with which options. What a reader
// refuses it refuses by an Error, which is caught; whatever else happens is a fault.
void read_any(std::span<const uint8_t> bytes);

// Inputs to begin with: an example of each format, and of tables.
std::vector<std::string> first_inputs();

}  // namespace mnemo
