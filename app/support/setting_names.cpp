#include <algorithm>

#include "mnemo/settings.h"

namespace mnemo {
namespace {

bool is_setting_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
         std::ranges::all_of(text, fits);
}

// A name stands by itself, which one within a file's name or another quotation does not.
bool stands_alone(std::string_view before, std::string_view after) {
  constexpr std::string_view kOpening = " (\n", kClosing = " ,:;)?={-\n";
  if (!before.empty() && kOpening.find(before.back()) == std::string_view::npos) return false;
  if (after.empty() || kClosing.find(after.front()) != std::string_view::npos) return true;
  return after == "." || after.starts_with(". ") || after.starts_with(".\n");
}

}  // namespace

std::string with_setting_names(std::string_view message,
                               const std::function<std::string(std::string_view name)>& shown) {
  const std::string_view whole = message;
  std::string text;
  while (true) {
    const size_t open = message.find('`');
    text += message.substr(0, open);
    if (open == std::string_view::npos) return text;
    const size_t close = message.find('`', open + 1);
    const std::string_view name = message.substr(open + 1, close - open - 1);
    const std::string_view before = whole.substr(0, whole.size() - message.size() + open);
    if (close != std::string_view::npos && is_setting_name(name) &&
        stands_alone(before, message.substr(close + 1))) {
      text += shown(name);
      message.remove_prefix(close + 1);
    } else {
      text += '`';
      message.remove_prefix(open + 1);
    }
  }
}

}  // namespace mnemo
