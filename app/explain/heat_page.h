// The page that heat maps stand on: self-contained, light and dark, printable.
#pragma once

#include <string>

namespace mnemo {

// Classes for, against and seen colour an element by its --s from 0 to 1. Both are HTML.
std::string begin_heat_page(const std::string& title, const std::string& legend);
std::string end_heat_page();

}  // namespace mnemo
