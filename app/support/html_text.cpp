#include "app/support/html_text.h"

namespace mnemo {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

bool is_control(char c) {
  const auto code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\t' && c != '\n' && c != '\r') || code == 0x7F;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (const auto entity = entity_of(c); !entity.empty()) {
      escaped += entity;
    } else if (is_control(c)) {
      escaped += kReplacement;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace mnemo
