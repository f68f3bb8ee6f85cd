// The report of a run, or of several side by side: one self-contained page. Its parts are in page/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace mnemo {

// `runs`: of each what report_data() makes. The data's own words are shown as text, whatever they
// are.
std::string report_page(const std::vector<nlohmann::json>& runs);

}  // namespace mnemo
