#include "app/support/printable_text.h"

namespace mnemo {

std::string printable(std::string_view text) {
  std::string clean;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto code = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are controls, too.
    const bool is_c1 =
        code == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) ++i;
    clean += is_c1 || code < 0x20 || code == 0x7F ? ' ' : text[i];
  }
  return clean;
}

}  // namespace mnemo
