// A trained model is asked about texts that come from here.
#pragma once

#include <memory>
#include <string>

#include "common/input_stream.h"
#include "datasets/text_reader.h"

namespace mnemo {

struct TextInput {
  std::unique_ptr<TextReader> reader;
  std::string name;                      // in messages
  InputStream* waiting_input = nullptr;  // set when reading on may wait for somebody

  // True when the next text is there, so that a person who types a line is answered at once.
  bool more_at_hand() const {
    return waiting_input == nullptr || reader->holds_more() ||
           waiting_input->rdbuf()->in_avail() > 0;
  }
};

// A file of texts, or for "-" standard input, of lines if the format is not said.
TextInput open_text_input(const std::string& input, TextReaderOptions options);

}  // namespace mnemo
