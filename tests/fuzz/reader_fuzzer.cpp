// The readers under libFuzzer (scripts/fuzz.sh), or, built without it, over so many mutations of
// the first inputs, the same each time:
//   reader_fuzzer --mutations 5000 [--seed 1]      reader_fuzzer --write-corpus DIR
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "tests/fuzz/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  mnemo::read_any({bytes, size});
  return 0;
}

#ifndef MNEMO_LIBFUZZER

namespace {

void read(const std::string& input) {
  mnemo::read_any({reinterpret_cast<const uint8_t*>(input.data()), input.size()});
}

// A few changes of the kinds that break readers: bytes, parts doubled, cut, or of another input.
std::string mutated(std::string input, const std::vector<std::string>& others,
                    std::mt19937_64& random) {
  static const std::string kOdd("\0\n\r\t,;|\"'\\:@{}[]?#-+.eE\xEF\xBB\xBF\xFF", 28);
  for (uint64_t change = random() % 6 + 1; change > 0 && input.size() > 1; --change) {
    const size_t at = 1 + random() % (input.size() - 1);
    const size_t length = 1 + random() % (input.size() - at);
    switch (random() % 6) {
      case 0:
        input[at] = static_cast<char>(random());
        break;
      case 1:
        input.insert(at, 1, kOdd[random() % kOdd.size()]);
        break;
      case 2:
        input.erase(at, length);
        break;
      case 3:
        input.insert(at, input.substr(at, length));
        break;
      case 4:
        input.insert(at, std::to_string(static_cast<int64_t>(random())));
        break;
      default: {
        const auto& other = others[random() % others.size()];
        input.insert(at, other.substr(random() % other.size()));
      }
    }
  }
  constexpr size_t kMostBytes = 1 << 14;
  input.resize(std::min(input.size(), kMostBytes));
  return input;
}

int write_corpus(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  size_t number = 0;
  for (const auto& input : mnemo::first_inputs()) {
    std::ofstream(folder / std::to_string(number++), std::ios::binary) << input;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  uint64_t mutations = 5000, seed = 1;
  for (int i = 1; i + 1 < count; i += 2) {
    if (std::strcmp(words[i], "--write-corpus") == 0) return write_corpus(words[i + 1]);
    if (std::strcmp(words[i], "--mutations") == 0)
      mutations = std::strtoull(words[i + 1], nullptr, 10);
    if (std::strcmp(words[i], "--seed") == 0) seed = std::strtoull(words[i + 1], nullptr, 10);
  }
  const auto inputs = mnemo::first_inputs();
  for (const auto& input : inputs) read(input);
  std::mt19937_64 random(seed);
  for (uint64_t i = 0; i < mutations; ++i) {
    read(mutated(inputs[random() % inputs.size()], inputs, random));
  }
  std::printf("%llu inputs read, or refused\n", static_cast<unsigned long long>(mutations));
  return 0;
}

#endif
