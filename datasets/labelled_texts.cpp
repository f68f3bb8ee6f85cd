#include "datasets/labelled_texts.h"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <unordered_map>
#include <utility>

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

}  // namespace

LabelledTexts read_labelled_texts(const std::filesystem::path& path,
                                  const TextReaderOptions& options,
                                  const std::filesystem::path& spool_folder) {
  LabelledTextReader reader(path, options);
  auto texts = std::make_shared<TextSpool>(spool_folder);
  LabelledTexts data;
  LabelNumbers labels(data.label_names), aux_labels(data.aux_label_names);
  for (TextRecord record; reader.next(record);) {
    if (texts->size() == std::numeric_limits<int32_t>::max()) {
      throw Error(
          fmt::format("{} has more rows than mnemo can number, {}", path.string(), texts->size()));
    }
    texts->add(record.text);
    data.text_hashes.push_back(std::hash<std::string>{}(record.text));
    data.labels.push_back(labels.number(record.label));
    if (options.aux_label_column.empty()) continue;
    data.aux_labels.push_back(record.aux_label.empty() ? -1 : aux_labels.number(record.aux_label));
  }
  data.texts = std::move(texts);
  data.counts = reader.counts();
  data.sha256 = reader.sha256();
  return data;
}

}  // namespace mnemo
