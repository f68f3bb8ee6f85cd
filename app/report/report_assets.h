// The report's parts, as they were when mnemo was built: see cmake/ReportAssets.cmake.
#pragma once

#include <string_view>

namespace mnemo {

extern const std::string_view kReportPage;    // HTML with a mark for each of the others
extern const std::string_view kReportStyle;   // CSS
extern const std::string_view kReportCode;    // our JavaScript
extern const std::string_view kChartLibrary;  // Chart.js

}  // namespace mnemo
