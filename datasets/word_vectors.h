// Word vectors trained elsewhere, for the pieces of a word tokenizer. The text formats of GloVe
// (`word number number ...`) and fastText (the same, after a line `words size`), plain or gzip.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/tokenizer.h"

namespace mnemo {

struct WordVectors {
  int64_t size = 0;             // numbers of a vector
  int64_t words = 0;            // of the file
  std::vector<int64_t> pieces;  // those that have a vector
  std::vector<float> values;    // (pieces, size), in that order
  std::string sha256;           // of the file
};

// The numbers of a vector, told from the file's first line. Throws Error when it is none.
int64_t word_vector_size(const std::filesystem::path& path);

// The vectors of the tokenizer's pieces. A piece takes the vector of the very same word; else of a
// word that the tokenizer's rules turn into it, as `The` into `the`; else of the word within the
// punctuation around it: the first of the file in each case. Throws Error naming file and line for
// a line of another length or with something that is no number, and when fewer words come than the
// first line promises.
WordVectors read_word_vectors(const std::filesystem::path& path, const Tokenizer& tokenizer);

}  // namespace mnemo
