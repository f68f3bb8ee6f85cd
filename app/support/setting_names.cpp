#include "app/support/setting_names.h"

#include <algorithm>

namespace mnemo {
namespace {

bool is_setting_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
         std::ranges::all_of(text, fits);
}

}  // namespace

std::string with_flags(std::string_view message) {
  std::string shown;
  while (true) {
    const size_t open = message.find('`');
    shown += message.substr(0, open);
    if (open == std::string_view::npos) return shown;
    const size_t close = message.find('`', open + 1);
    const std::string_view name = message.substr(open + 1, close - open - 1);
    if (close != std::string_view::npos && is_setting_name(name)) {
      shown += "--";
      shown += name;
      message.remove_prefix(close + 1);
    } else {
      shown += '`';
      message.remove_prefix(open + 1);
    }
  }
}

}  // namespace mnemo
