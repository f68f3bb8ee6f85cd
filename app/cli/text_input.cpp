#include "app/cli/text_input.h"

#include <utility>

namespace mnemo {

TextInput open_text_input(const std::string& input, TextReaderOptions options) {
  if (input != "-") {
    return {.reader = open_text_reader(input, options, LabelColumn::ignored), .name = input};
  }
  // A line is a text, and the labels of fastText's lines are no part of it.
  if (options.format == InputFormat::automatic) options.format = InputFormat::fasttext;
  auto stream = InputStream::standard_input();
  InputStream* const waiting = stream.get();
  const std::string name = "standard input";
  return {.reader = make_text_reader(std::move(stream), name, options, LabelColumn::ignored),
          .name = name,
          .waiting_input = waiting};
}

}  // namespace mnemo
