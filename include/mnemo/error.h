// The two kinds of failure that the whole program knows.
//
// A message says what happened, where (file, line, row, option), what was expected, and what to do.
// Exceptions are caught once, in the command line's run(); libraries never print and never exit.
#pragma once

#include <stdexcept>

namespace mnemo {

// Input, files or the machine are not as needed. Exit code 1.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What was asked for cannot be meant: an unknown, contradictory or out-of-range option. Exit
// code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace mnemo
