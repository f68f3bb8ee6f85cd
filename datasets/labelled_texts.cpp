#include "datasets/labelled_texts.h"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <unordered_map>
#include <utility>

#include "mnemo/error.h"

namespace mnemo {

LabelledTexts read_labelled_texts(const std::filesystem::path& path,
                                  const TextReaderOptions& options,
                                  const std::filesystem::path& spool_folder) {
  LabelledTextReader reader(path, options);
  auto texts = std::make_shared<TextSpool>(spool_folder);
  LabelledTexts data;
  std::unordered_map<std::string, int32_t> number_of;
  for (TextRecord record; reader.next(record);) {
    if (texts->size() == std::numeric_limits<int32_t>::max()) {
      throw Error(
          fmt::format("{} has more rows than mnemo can number, {}", path.string(), texts->size()));
    }
    texts->add(record.text);
    data.text_hashes.push_back(std::hash<std::string>{}(record.text));
    const auto [found, is_new] =
        number_of.try_emplace(record.label, static_cast<int32_t>(data.label_names.size()));
    if (is_new) data.label_names.push_back(record.label);
    data.labels.push_back(found->second);
  }
  data.texts = std::move(texts);
  data.counts = reader.counts();
  data.sha256 = reader.sha256();
  return data;
}

}  // namespace mnemo
