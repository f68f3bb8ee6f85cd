#include "app/training/text_data.h"

#include <fmt/format.h>

#include <utility>

#include "datasets/random.h"
#include "datasets/split.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

std::vector<int64_t> label_numbers(const LabelSet& labels, const std::vector<std::string>& names,
                                   const std::string& file) {
  std::vector<int64_t> numbers;
  numbers.reserve(names.size());
  for (const auto& name : names) {
    const auto number = labels.find(name);
    if (!number) {
      throw Error(fmt::format(
          "{}: the label \"{}\" does not occur in the training file, so nothing could learn it",
          file, name));
    }
    numbers.push_back(*number);
  }
  return numbers;
}

TextPart take_rows(const std::vector<int64_t>& rows, LabelledTexts& data,
                   const std::vector<int64_t>& labels) {
  TextPart part;
  part.texts.reserve(rows.size());
  for (const int64_t row : rows) {
    part.texts.push_back(std::move(data.texts[static_cast<size_t>(row)]));
    part.labels.push_back(labels[static_cast<size_t>(row)]);
  }
  return part;
}

}  // namespace

uint64_t seed_for(uint64_t seed, SeedUse use) {
  return derive_seed(seed, static_cast<uint64_t>(use));
}

TextData read_text_data(const TrainTextOptions& options, const Warn& warn) {
  auto train = read_labelled_texts(options.train_file, options.reader);
  warn_of(train.counts, options.train_file, warn);
  TextData data;
  data.train_sha256 = train.sha256;
  data.labels = LabelSet::of(train.labels);
  if (data.labels.size() < 2) {
    throw Error(fmt::format(
        "{}: every row has the label \"{}\"; a classifier needs rows of at least two labels",
        options.train_file, data.labels.name(0)));
  }
  const auto numbers = label_numbers(data.labels, train.labels, options.train_file);
  if (!options.valid_file.empty()) {
    auto valid = read_labelled_texts(options.valid_file, options.reader);
    warn_of(valid.counts, options.valid_file, warn);
    data.valid_sha256 = valid.sha256;
    data.valid.labels = label_numbers(data.labels, valid.labels, options.valid_file);
    data.valid.texts = std::move(valid.texts);
    data.train = {std::move(train.texts), numbers};
    return data;
  }
  const auto split = stratified_split(train.texts, numbers, options.valid_share,
                                      seed_for(options.seed, SeedUse::split));
  if (split.valid.empty() || split.train.empty()) {
    throw Error(fmt::format(
        "{}: of {} rows none can be held out for validation, because equal texts stay on one side "
        "and each label needs at least two different ones; add rows, or name a file with --valid",
        options.train_file, train.texts.size()));
  }
  data.train = take_rows(split.train, train, numbers);
  data.valid = take_rows(split.valid, train, numbers);
  return data;
}

void warn_of(const ReadCounts& counts, const std::string& file, const Warn& warn) {
  if (counts.invalid_utf8_rows > 0) {
    warn(
        fmt::format("{}: {} rows hold invalid UTF-8; each bad sequence was replaced by U+FFFD "
                    "(--invalid-utf8 fail refuses them)",
                    file, counts.invalid_utf8_rows));
  }
  if (counts.empty_texts > 0) {
    warn(fmt::format("{}: {} texts are empty; they are kept and classified", file,
                     counts.empty_texts));
  }
}

}  // namespace mnemo
