#include "app/tasks/text/text_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "app/support/seeds.h"
#include "app/tasks/text/text_targets.h"
#include "datasets/message_text.h"
#include "datasets/split.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Some rows of `whole`, which has all of a file.
TextPart take_rows(const TextPart& whole, std::vector<int32_t> rows) {
  TextPart part{.texts = whole.texts, .rows = std::move(rows), .labels = {}};
  for (const int32_t row : part.rows) {
    const auto place = static_cast<size_t>(row);
    part.labels.push_back(whole.labels[place]);
    if (!whole.aux_labels.empty()) part.aux_labels.push_back(whole.aux_labels[place]);
    if (!whole.lists.empty()) part.lists.add(whole.lists.of(row));
    if (!whole.numbers.empty()) part.numbers.push_back(whole.numbers[place]);
  }
  return part;
}

// Throws Error where no label can be told from none; warns where each row has one alone.
void require_learnable_labels(const TextData& data, const LabelledTexts& train,
                              const TrainTextOptions& options, const Warn& warn) {
  if (options.loss.sampling == Sampling::balanced) {
    throw SettingError("sampling", "balanced draws classes, and texts have several labels here",
                       "take `class-weights` balanced");
  }
  if (data.labels.size() == 0) {
    throw Error(fmt::format("{}: not one row has a label", options.train_file));
  }
  if (train.has_several) return;
  if (data.labels.size() == 1) {
    throw Error(
        fmt::format("{}: every row has the label \"{}\" and no other; labels are learnt "
                    "from rows that have them and rows that have not",
                    options.train_file, data.labels.name(0)));
  }
  warn(
      fmt::format("{}: each row has exactly one label; if a cell holds several, say what divides "
                  "them with `label-delimiter`",
                  options.train_file));
}

// The answers of all rows of a file, by the labels that training has.
TextPart answered(const TextData& data, LabelledTexts&& file, const std::string& name,
                  const Warn& warn) {
  TextPart part{.texts = file.texts, .rows = {}, .labels = std::move(file.labels)};
  part.rows.resize(part.labels.size());
  std::iota(part.rows.begin(), part.rows.end(), 0);
  switch (data.answer) {
    case TextAnswer::classes:
      renumber(data.labels, file.label_names, part.labels, name);
      break;
    case TextAnswer::labels:
      part.lists = renumbered(data.labels, file.label_names, file.lists, name, warn);
      part.labels = strata_of(part.lists, data.labels.size());
      break;
    case TextAnswer::numbers:
      file.labels = part.labels;
      part.numbers = numbers_in(file, name);
      std::ranges::fill(part.labels, 0);
      break;
  }
  if (data.aux_labels.size() > 0) {
    part.aux_labels = std::move(file.aux_labels);
    renumber(data.aux_labels, file.aux_label_names, part.aux_labels, name);
  }
  return part;
}

// Settles which labels there are.
void find_labels(TextData& data, const LabelledTexts& train, const TrainTextOptions& options,
                 const Warn& warn) {
  data.answer = answer_of(options.target_kind, train.has_several);
  if (data.answer != TextAnswer::numbers) data.labels = LabelSet::of(train.label_names);
  if (data.answer == TextAnswer::classes) {
    if (data.labels.size() < 2) {
      throw Error(fmt::format(
          "{}: every row has the label \"{}\"; a classifier needs rows of at least two labels",
          options.train_file, data.labels.name(0)));
    }
    warn_of_amounts(data.labels, std::ssize(train.labels), options.train_file, warn);
  }
  if (data.answer == TextAnswer::labels) require_learnable_labels(data, train, options, warn);
  if (options.reader.aux_label_column.empty()) return;
  data.aux_labels = LabelSet::of(train.aux_label_names);
  if (data.aux_labels.size() < 2) {
    throw Error(fmt::format(
        "{}: `aux-label-column` {} holds {} different labels; a second head needs two at least",
        options.train_file, options.reader.aux_label_column, data.aux_labels.size()));
  }
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
  auto train =
      read(options.train_rows, options.train_file, reader_for(options.target_kind, options.reader));
  warn_of(train.counts, options.train_file, warn);
  TextData data;
  data.train_sha256 = train.sha256;
  data.reading = train.reading;
  find_labels(data, train, options, warn);
  data.reading.several_labels = data.answer == TextAnswer::labels;
  const auto hashes = std::move(train.text_hashes);
  auto all = answered(data, std::move(train), options.train_file, warn);
  if (!options.valid_file.empty()) {
    auto reader = options.reader;
    reader.several_labels = data.reading.several_labels;
    reader.aux_label_column.clear();  // validation looks at the labels alone
    auto valid = read(options.valid_rows, options.valid_file, reader);
    warn_of(valid.counts, options.valid_file, warn);
    data.valid_sha256 = valid.sha256;
    valid.aux_labels.clear();
    data.valid = answered(data, std::move(valid), options.valid_file, warn);
    data.valid.aux_labels.clear();
    data.train = std::move(all);
  } else {
    auto split =
        stratified_split(hashes, all.labels, options.valid_share,
                         seed_for(seed_of_split(options.seed, options.split_seed), SeedUse::split));
    if (split.valid.empty() || split.train.empty()) {
      throw Error(fmt::format(
          "{}: of {} rows none can be held out for validation, because equal texts stay on one "
          "side and each label needs at least two different ones; add rows, or name a file with "
          "`valid`",
          options.train_file, all.texts->size()));
    }
    data.train = take_rows(all, std::move(split.train));
    data.valid = take_rows(all, std::move(split.valid));
  }
  for (const int32_t row : data.train.rows) data.seen.add(hashes[static_cast<size_t>(row)]);
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
    warn(fmt::format(
        "{}: {} invalid UTF-8; each bad sequence was replaced by U+FFFD "
        "(`invalid-utf8` fail refuses them)",
        file,
        counts.invalid_utf8_rows == 1 ? "1 row holds"
                                      : fmt::format("{} rows hold", counts.invalid_utf8_rows)));
  }
  if (counts.empty_texts > 0) {
    warn(fmt::format(
        "{}: {} empty", file,
        counts.empty_texts == 1 ? "1 text is" : fmt::format("{} texts are", counts.empty_texts)));
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
