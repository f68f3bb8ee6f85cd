#include "common/name_list.h"

namespace mnemo {
namespace {

// The part that begins at `at`, which is moved behind it.
std::string take_part(std::string_view text, size_t& at) {
  std::string part;
  const bool quoted = at < text.size() && text[at] == '"';
  if (quoted) ++at;
  bool inside = quoted;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (inside && c == '"') {
      if (at + 1 < text.size() && text[at + 1] == '"') {
        part += text[at++];
      } else {
        inside = false;
      }
      continue;
    }
    if (!inside && c == ',') break;
    if (!inside && c == '\\' && at + 1 < text.size() && text[at + 1] == ',') ++at;
    part += text[at];
  }
  return part;
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size(); ++at) parts.push_back(take_part(text, at));
  return parts;
}

std::string join_list(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    if (name.find(',') == std::string::npos && !name.starts_with('"')) {
      text += name;
      continue;
    }
    text += '"';
    for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += '"';
  }
  return text;
}

}  // namespace mnemo
