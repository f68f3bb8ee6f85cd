// Times and sizes as people write them.
#pragma once

#include <string>

namespace mnemo {

// "90s", "1.5m", "2h", "20ms": seconds, above 0. Throws UsageError naming `option`.
double parse_duration(const std::string& option, const std::string& text);

// "500KB", "5MB", "1.5GB", "800B": bytes by powers of 1000, above 0. Throws UsageError naming
// `option`.
double parse_size(const std::string& option, const std::string& text);

// Bytes as "3.6 MB".
std::string format_size(double bytes);

}  // namespace mnemo
