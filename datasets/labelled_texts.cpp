#include "datasets/labelled_texts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <unordered_map>
#include <utility>

#include "common/sha256.h"
#include "common/white_space.h"
#include "datasets/row_sketch.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Numbers labels in the order in which they are met.
class LabelNumbers {
 public:
  explicit LabelNumbers(std::vector<std::string>& names) : names_(names) {}

  int32_t number(const std::string& name) {
    const auto [found, is_new] = numbers_.try_emplace(name, static_cast<int32_t>(names_.size()));
    if (is_new) names_.push_back(name);
    return found->second;
  }

 private:
  std::vector<std::string>& names_;
  std::unordered_map<std::string, int32_t> numbers_;
};

// Takes texts one after another.
class LabelledTextsBuilder {
 public:
  explicit LabelledTextsBuilder(const std::filesystem::path& spool_folder)
      : texts_(std::make_shared<TextSpool>(spool_folder)) {}

  // Throws Error for 2^31 of them, `name` those of the messages.
  void add(const TextRecord& record, const TextReaderOptions& options, const std::string& name) {
    if (texts_->size() == std::numeric_limits<int32_t>::max()) {
      throw Error(fmt::format("{} has more rows than mnemo can number, {}", name, texts_->size()));
    }
    texts_->add(record.text);
    data_.text_hashes.push_back(fingerprint_of(record.text));
    if (options.several_labels) {
      add_labels(record.labels);
    } else {
      data_.labels.push_back(labels_.number(record.label));
    }
    if (options.aux_label_column.empty()) return;
    data_.aux_labels.push_back(record.aux_label.empty() ? -1
                                                        : aux_labels_.number(record.aux_label));
  }

  LabelledTexts take(const ReadCounts& counts, std::string sha256) {
    data_.texts = std::move(texts_);
    data_.counts = counts;
    data_.sha256 = std::move(sha256);
    return std::move(data_);
  }

 private:
  void add_labels(const std::vector<std::string>& labels) {
    std::vector<int32_t> numbers;
    for (const auto& label : labels) numbers.push_back(labels_.number(label));
    data_.labels.push_back(numbers.empty() ? -1 : numbers.front());
    data_.lists.add(numbers);
    data_.has_several = data_.has_several || numbers.size() != 1;
  }

  LabelledTexts data_;
  LabelNumbers labels_{data_.label_names}, aux_labels_{data_.aux_label_names};
  std::shared_ptr<TextSpool> texts_;
};

std::string trimmed_label(const std::string& label, const std::string& name, size_t row) {
  std::string result(trimmed(label));
  if (result.empty()) throw UsageError(fmt::format("{}: row {} has an empty label", name, row));
  return result;
}

std::vector<std::string> trimmed_labels(const std::vector<std::string>& labels,
                                        const std::string& name, size_t row) {
  std::vector<std::string> result;
  for (const auto& label : labels) result.push_back(trimmed_label(label, name, row));
  return result;
}

}  // namespace

LabelledTexts read_labelled_texts(const std::filesystem::path& path,
                                  const TextReaderOptions& options,
                                  const std::filesystem::path& spool_folder) {
  LabelledTextReader reader(path, options);
  LabelledTextsBuilder builder(spool_folder);
  for (TextRecord record; reader.next(record);) {
    builder.add(record, options, path.string());
  }
  auto data = builder.take(reader.counts(), reader.sha256());
  data.reading = reader.reading();
  return data;
}

LabelledTexts label_texts(const TrainingTexts& rows, const std::string& name,
                          const std::filesystem::path& spool_folder) {
  const size_t answers = rows.labels.size() + rows.label_lists.size() + rows.numbers.size();
  if (rows.texts.empty() || answers != rows.texts.size()) {
    throw UsageError(
        fmt::format("{}: {} texts and {} labels; give a label for each, and one text at "
                    "least",
                    name, rows.texts.size(), answers));
  }
  LabelledTextsBuilder builder(spool_folder);
  TextReaderOptions options;
  options.several_labels = !rows.label_lists.empty();
  ReadCounts counts;
  Sha256 hash;
  for (size_t i = 0; i < rows.texts.size(); ++i) {
    TextRecord record;
    record.text = rows.texts[i];
    if (options.several_labels) {
      record.labels = trimmed_labels(rows.label_lists[i], name, i + 1);
      record.label = fmt::format("{}", fmt::join(record.labels, "\n"));
    } else {
      record.label = rows.numbers.empty() ? trimmed_label(rows.labels[i], name, i + 1)
                                          : fmt::format("{}", rows.numbers[i]);
    }
    counts.invalid_utf8_rows += replace_invalid_utf8(record.text) ? 1 : 0;
    counts.empty_texts += trimmed(record.text).empty() ? 1 : 0;
    ++counts.rows;
    for (const std::string* part : {&record.text, &record.label}) {
      hash.update(fmt::format("{}:", part->size()));  // or equal bytes could be other rows
      hash.update(*part);
    }
    builder.add(record, options, name);
  }
  return builder.take(counts, hash.hex());
}

}  // namespace mnemo
