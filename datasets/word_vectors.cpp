#include "datasets/word_vectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/input_stream.h"
#include "common/white_space.h"
#include "datasets/message_text.h"
#include "datasets/number_parser.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

// The file's lines.
class Lines {
 public:
  explicit Lines(const std::filesystem::path& path)
      : name_(path.string()), file_(InputStream::open(path)) {}

  // The next line without the white space around it; false at the end.
  bool next(std::string_view& line) {
    if (!std::getline(*file_, buffer_)) return false;
    ++number_;
    line = trimmed(buffer_);
    return true;
  }

  const std::string& name() const { return name_; }
  std::string place() const { return fmt::format("{}:{}", name_, number_); }
  std::string sha256() const { return file_->sha256(); }

 private:
  std::string name_;
  std::unique_ptr<InputStream> file_;
  std::string buffer_;
  int64_t number_ = 0;
};

// Takes the last of the fields between blanks off `line`, which has none at its end.
std::string_view take_last(std::string_view& line) {
  // Byte by byte: find_last_of() takes five times as long, and files have billions of bytes.
  size_t begin = line.size();
  while (begin > 0 && !is_blank(line[begin - 1])) --begin;
  const auto field = line.substr(begin);
  while (begin > 0 && is_blank(line[begin - 1])) --begin;
  line = line.substr(0, begin);
  return field;
}

int64_t count_fields(std::string_view line) {
  int64_t fields = 0;
  while (!line.empty()) {
    take_last(line);
    ++fields;
  }
  return fields;
}

std::optional<int64_t> size_in(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

// The first line tells this of all.
struct Head {
  int64_t size = 0;
  std::optional<int64_t> words;  // promised by a line that is no vector itself
};

Head read_head(std::string_view line, const Lines& lines) {
  const int64_t fields = count_fields(line);
  auto rest = line;
  const auto size = size_in(take_last(rest)), words = size_in(rest);
  if (fields == 2 && size && words) return {.size = *size, .words = words};
  if (fields < 2) {
    throw Error(fmt::format(
        "{}: expected a word and its numbers (GloVe), or how many words and numbers there are "
        "(fastText), found {}",
        lines.place(), in_quotes(line)));
  }
  return {.size = fields - 1, .words = {}};
}

// One line of a file: a word, which may hold blanks, and its numbers.
struct VectorLine {
  std::string_view word;
  std::string_view numbers;
};

VectorLine split_line(std::string_view line, int64_t size, const Lines& lines) {
  auto rest = line;
  for (int64_t i = 0; i < size && !rest.empty(); ++i) take_last(rest);
  // A word may hold blanks, as `. . .` does, but none is followed by a number.
  auto before = rest;
  const auto last = take_last(before);
  const bool too_many = !before.empty() && parse_plain(last).has_value();
  if (rest.empty() || too_many) {
    throw Error(fmt::format("{}: expected a word and {}, found {} in all: {}", lines.place(),
                            counted(size, "number"), counted(count_fields(line), "field"),
                            in_quotes(line)));
  }
  return {.word = rest, .numbers = trimmed(line.substr(rest.size()))};
}

void read_numbers(std::string_view numbers, std::span<float> vector, const Lines& lines) {
  for (size_t i = vector.size(); i-- > 0;) {
    const auto field = take_last(numbers);
    const auto number = parse_plain(field);
    if (!number || !std::isfinite(static_cast<float>(*number))) {
      throw Error(fmt::format("{}: expected a number, found {}", lines.place(), in_quotes(field)));
    }
    vector[i] = static_cast<float>(*number);
  }
}

std::string_view without_punctuation(std::string_view word) {
  const size_t begin = word.find_first_not_of(kPunctuation);
  if (begin == std::string_view::npos) return {};
  return word.substr(begin, word.find_last_not_of(kPunctuation) + 1 - begin);
}

// Knows which word's vector each piece has so far.
class Matches {
 public:
  explicit Matches(const Tokenizer& tokenizer)
      : tokenizer_(tokenizer), found_(static_cast<size_t>(tokenizer.vocab_size()), kNothing) {
    for (int64_t id = Tokenizer::kUnknownId + 1; id < tokenizer.vocab_size(); ++id) {
      const std::string word = tokenizer.word(id);
      wanted_[word].push_back({id, 0});
      const std::string inner(without_punctuation(word));
      if (!inner.empty() && inner != word) wanted_[inner].push_back({id, kInner});
    }
  }

  // The pieces that had no vector of a nearer word yet, and have this word's now.
  std::vector<int64_t> take(std::string_view word) {
    std::vector<int64_t> taken;
    take_as(std::string(word), 0, taken);
    const std::string rewritten = tokenizer_.normalize(word);
    if (rewritten != word) take_as(rewritten, kRewritten, taken);
    return taken;
  }

 private:
  // How far a word is from a piece: the sum of what applies.
  static constexpr int kRewritten = 1, kInner = 2, kNothing = 4;
  struct Wanted {
    int64_t piece = 0;
    int distance = 0;
  };

  void take_as(const std::string& word, int distance, std::vector<int64_t>& taken) {
    const auto entry = wanted_.find(word);
    if (entry == wanted_.end()) return;
    for (const auto& wanted : entry->second) {
      auto& best = found_[static_cast<size_t>(wanted.piece)];
      if (distance + wanted.distance >= best) continue;
      best = distance + wanted.distance;
      taken.push_back(wanted.piece);
    }
  }

  const Tokenizer& tokenizer_;
  std::unordered_map<std::string, std::vector<Wanted>> wanted_;  // by word of the file
  std::vector<int> found_;                                       // by piece
};

void require_all_words(const Head& head, int64_t words, const Lines& lines) {
  if (head.words && words < *head.words) {
    throw Error(fmt::format("{}: its first line promises {} words, and {} came: it is cut off",
                            lines.name(), *head.words, words));
  }
}

std::string_view first_line(Lines& lines) {
  std::string_view line;
  if (!lines.next(line)) throw Error(fmt::format("{}: the file is empty", lines.name()));
  return line;
}

}  // namespace

int64_t word_vector_size(const std::filesystem::path& path) {
  Lines lines(path);
  return read_head(first_line(lines), lines).size;
}

WordVectors read_word_vectors(const std::filesystem::path& path, const Tokenizer& tokenizer) {
  Lines lines(path);
  auto line = first_line(lines);
  const Head head = read_head(line, lines);
  const auto size = static_cast<size_t>(head.size);
  WordVectors vectors;
  vectors.size = head.size;
  Matches matches(tokenizer);
  std::unordered_map<int64_t, size_t> place_of;  // in `values`, by piece
  std::vector<float> vector(size);
  for (bool more = !head.words || lines.next(line); more; more = lines.next(line)) {
    if (line.empty()) continue;
    const auto [word, numbers] = split_line(line, head.size, lines);
    ++vectors.words;
    const auto pieces = matches.take(word);
    if (!pieces.empty()) read_numbers(numbers, vector, lines);
    for (const int64_t piece : pieces) {
      const auto [place, is_new] = place_of.try_emplace(piece, vectors.values.size());
      if (is_new) {
        vectors.pieces.push_back(piece);
        vectors.values.resize(vectors.values.size() + size);
      }
      std::ranges::copy(vector, vectors.values.begin() + static_cast<int64_t>(place->second));
    }
  }
  require_all_words(head, vectors.words, lines);
  vectors.sha256 = lines.sha256();
  return vectors;
}

}  // namespace mnemo
