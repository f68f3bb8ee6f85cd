#include "app/report/report_page.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "app/report/report_assets.h"
#include "app/support/json_text.h"

namespace mnemo {
namespace {

// Inside a script element only "<" could end it, or begin a comment; JSON has it in strings alone,
// where it may be spelled so.
std::string for_script(const nlohmann::json& data) {
  const std::string text = json_text(data);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

std::string report_page(const std::vector<nlohmann::json>& runs) {
  const std::string data = for_script({{"runs", runs}});
  const std::array<std::pair<std::string_view, std::string_view>, 4> parts = {
      {{"@CSS@", kReportStyle},
       {"@DATA@", data},
       {"@LIBRARY@", kChartLibrary},
       {"@CODE@", kReportCode}}};
  // The marks stand in this order, each once; what is put in is not searched.
  std::string page;
  std::string_view rest = kReportPage;
  for (const auto& [mark, content] : parts) {
    const size_t place = rest.find(mark);
    page.append(rest.substr(0, place)).append(content);
    rest.remove_prefix(place + mark.size());
  }
  return page.append(rest);
}

}  // namespace mnemo
