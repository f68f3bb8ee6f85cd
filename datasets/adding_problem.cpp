#include "datasets/adding_problem.h"

#include <fmt/format.h>

#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "common/files.h"

namespace mnemo {
namespace {

constexpr uint64_t kMillion = 1'000'000;  // numbers have six decimals, so that sums are exact

void append_number(std::string& text, uint64_t millionths) {
  fmt::format_to(std::back_inserter(text), "{}.{:06}", millionths / kMillion,
                 millionths % kMillion);
}

// "numbers:markers:sum"
std::string one_series(int64_t length, std::mt19937_64& random) {
  std::vector<uint64_t> numbers(static_cast<size_t>(length));
  for (auto& number : numbers) number = random() % kMillion;
  const size_t half = numbers.size() / 2;
  const size_t first = random() % half, second = half + random() % (numbers.size() - half);
  std::string line;
  for (size_t t = 0; t < numbers.size(); ++t) {
    append_number(line, numbers[t]);
    line += t + 1 < numbers.size() ? ',' : ':';
  }
  for (size_t t = 0; t < numbers.size(); ++t) {
    line += t == first || t == second ? '1' : '0';
    line += t + 1 < numbers.size() ? ',' : ':';
  }
  append_number(line, numbers[first] + numbers[second]);
  return line + '\n';
}

}  // namespace

void write_adding_problem(const AddingProblemOptions& options, const std::filesystem::path& path) {
  AtomicFile file(path);
  file.write(
      fmt::format("# mnemo generate adding-problem --length {} --rows {} --seed {}\n"
                  "# Features: a number from 0 up to 1; a marker. To find: the sum of the two "
                  "marked numbers.\n"
                  "@problemName AddingProblem\n@timeStamps false\n@missing false\n"
                  "@univariate false\n@dimensions 2\n@equalLength true\n@seriesLength {}\n"
                  "@targetLabel true\n@data\n",
                  options.length, options.rows, options.seed, options.length));
  std::mt19937_64 random(options.seed);
  for (int64_t row = 0; row < options.rows; ++row) file.write(one_series(options.length, random));
  file.commit();
}

}  // namespace mnemo
