// Text that a page shows as it is, whatever it holds.
#pragma once

#include <string>
#include <string_view>

namespace mnemo {

// Makes a text fit for content and for attributes in quotes: & < > " ' become entities; control
// characters, which HTML does not know, U+FFFD.
std::string escape_html(std::string_view text);

}  // namespace mnemo
