#include "app/tasks/text/text_data.h"

#include <fmt/format.h>

#include <numeric>
#include <utility>

#include "app/support/seeds.h"
#include "datasets/message_text.h"
#include "datasets/split.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// The rows' labels, numbers of the file's `names`, become numbers in the set; -1 stays.
void renumber(const LabelSet& set, const std::vector<std::string>& names,
              std::vector<int32_t>& labels, const std::string& file) {
  std::vector<int32_t> number_of;  // of each name in the file
  for (const auto& name : names) {
    const auto number = set.find(name);
    if (!number) {
      throw Error(fmt::format(
          "{}: the label \"{}\" does not occur in the training file, so nothing could learn it",
          file, name));
    }
    number_of.push_back(static_cast<int32_t>(*number));
  }
  for (auto& label : labels) {
    if (label >= 0) label = number_of[static_cast<size_t>(label)];
  }
}

TextPart whole_file(LabelledTexts&& data) {
  TextPart part{.texts = data.texts,
                .rows = {},
                .labels = std::move(data.labels),
                .aux_labels = std::move(data.aux_labels)};
  part.rows.resize(part.labels.size());
  std::iota(part.rows.begin(), part.rows.end(), 0);
  return part;
}

TextPart take_rows(const LabelledTexts& data, std::vector<int32_t> rows) {
  TextPart part{.texts = data.texts, .rows = std::move(rows), .labels = {}};
  part.labels.reserve(part.rows.size());
  for (const int32_t row : part.rows) part.labels.push_back(data.labels[static_cast<size_t>(row)]);
  if (data.aux_labels.empty()) return part;
  for (const int32_t row : part.rows) {
    part.aux_labels.push_back(data.aux_labels[static_cast<size_t>(row)]);
  }
  return part;
}

RowSketch sketch_texts(const LabelledTexts& data, const std::vector<int32_t>& rows) {
  RowSketch sketch;
  for (const int32_t row : rows) sketch.add(data.text_hashes[static_cast<size_t>(row)]);
  return sketch;
}

}  // namespace

TextSource TextPart::source() const {
  return {size(), [this](int64_t i) { return texts->text(rows[static_cast<size_t>(i)]); }};
}

TextData read_text_data(const TrainTextOptions& options, const std::filesystem::path& spool,
                        const Warn& warn) {
  const auto read = [&](const TrainingTexts* rows, const std::string& file,
                        const TextReaderOptions& reader) {
    return rows != nullptr ? label_texts(*rows, file, spool)
                           : read_labelled_texts(file, reader, spool);
  };
  auto train = read(options.train_rows, options.train_file, options.reader);
  warn_of(train.counts, options.train_file, warn);
  TextData data;
  data.train_sha256 = train.sha256;
  data.reading = train.reading;
  data.labels = LabelSet::of(train.label_names);
  if (data.labels.size() < 2) {
    throw Error(fmt::format(
        "{}: every row has the label \"{}\"; a classifier needs rows of at least two labels",
        options.train_file, data.labels.name(0)));
  }
  renumber(data.labels, train.label_names, train.labels, options.train_file);
  if (!options.reader.aux_label_column.empty()) {
    data.aux_labels = LabelSet::of(train.aux_label_names);
    if (data.aux_labels.size() < 2) {
      throw Error(fmt::format(
          "{}: `aux-label-column` {} holds {} different labels; a second head needs two at least",
          options.train_file, options.reader.aux_label_column, data.aux_labels.size()));
    }
    renumber(data.aux_labels, train.aux_label_names, train.aux_labels, options.train_file);
  }
  if (!options.valid_file.empty()) {
    auto reader = options.reader;
    reader.aux_label_column.clear();  // validation looks at the labels alone
    auto valid = read(options.valid_rows, options.valid_file, reader);
    warn_of(valid.counts, options.valid_file, warn);
    data.valid_sha256 = valid.sha256;
    renumber(data.labels, valid.label_names, valid.labels, options.valid_file);
    data.valid = whole_file(std::move(valid));
    for (const uint64_t hash : train.text_hashes) data.seen.add(hash);
    data.train = whole_file(std::move(train));
    return data;
  }
  auto split =
      stratified_split(train.text_hashes, train.labels, options.valid_share,
                       seed_for(seed_of_split(options.seed, options.split_seed), SeedUse::split));
  if (split.valid.empty() || split.train.empty()) {
    throw Error(fmt::format(
        "{}: of {} rows none can be held out for validation, because equal texts stay on one side "
        "and each label needs at least two different ones; add rows, or name a file with `valid`",
        options.train_file, train.texts->size()));
  }
  data.seen = sketch_texts(train, split.train);
  data.train = take_rows(train, std::move(split.train));
  data.valid = take_rows(train, std::move(split.valid));
  return data;
}

std::shared_ptr<const TokenFile> encode_part(const TextPart& part, const Tokenizer& tokenizer,
                                             const LengthLimit& limit, int64_t threads,
                                             const CacheFolder& cache,
                                             const std::function<void(int64_t)>& progress) {
  const std::string key = token_key(part.texts->fingerprint(), tokenizer, limit);
  const std::string name = key + ".tokens";
  const auto open = [&] {
    return std::make_shared<const TokenFile>(TokenFile::open(cache.entry(name), key));
  };
  std::error_code ignored;
  if (std::filesystem::exists(cache.entry(name), ignored)) {
    cache.mark_used(name);
    try {
      return open();
    } catch (const std::exception&) {
      // Damaged, or another run has just removed it; it is made anew.
    }
  }
  write_token_file(cache.entry(name), key, part.texts->source(), tokenizer, limit, threads,
                   progress);
  return open();
}

void warn_of(const ReadCounts& counts, const std::string& file, const Warn& warn) {
  if (counts.invalid_utf8_rows > 0) {
    warn(
        fmt::format("{}: {} rows hold invalid UTF-8; each bad sequence was replaced by U+FFFD "
                    "(`invalid-utf8` fail refuses them)",
                    file, counts.invalid_utf8_rows));
  }
  if (counts.empty_texts > 0) {
    warn(fmt::format("{}: {} texts are empty", file, counts.empty_texts));
  }
  if (counts.unlabelled_rows > 0) {
    warn(fmt::format("{}: {} without a label, left out", file,
                     counted(counts.unlabelled_rows, "row")));
  }
  if (counts.stray_quotes > 0) {
    warn(
        fmt::format("{}: {} read as it stands, since its quotation marks do not come in pairs "
                    "(`quoting` none reads all so)",
                    file, counted(counts.stray_quotes, "row")));
  }
  for (const auto& note : counts.notes) warn(note);
}

}  // namespace mnemo
