#include "app/tasks/language/language_data.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <utility>

#include "app/support/seeds.h"
#include "datasets/split.h"
#include "mnemo/error.h"

namespace mnemo {

LanguageData read_language_data(const std::vector<std::string>& files,
                                const TextReaderOptions& reader_options, double valid_share,
                                uint64_t seed, const std::filesystem::path& spool,
                                const Warn& warn) {
  auto texts = std::make_shared<TextSpool>(spool);
  std::vector<uint64_t> hashes;
  for (const auto& file : files) {
    const auto reader = open_text_reader(file, reader_options, LabelColumn::ignored);
    for (TextRecord record; reader->next(record);) {
      if (texts->size() == std::numeric_limits<int32_t>::max()) {
        throw Error(fmt::format("{} has more rows than mnemo can number, {}", file, texts->size()));
      }
      texts->add(record.text);
      hashes.push_back(std::hash<std::string>{}(record.text));
    }
    warn_of(reader->counts(), file, warn);
  }
  const std::vector<int32_t> one_label(hashes.size(), 0);
  auto split = stratified_split(hashes, one_label, valid_share, seed_for(seed, SeedUse::split));
  if (split.train.empty() || split.valid.empty()) {
    throw Error(fmt::format(
        "{}: {} texts are too few to hold any out for validation (equal texts stay on one side)",
        fmt::join(files, ", "), texts->size()));
  }
  return {.train = {.texts = texts, .rows = std::move(split.train), .labels = {}},
          .valid = {.texts = texts, .rows = std::move(split.valid), .labels = {}}};
}

}  // namespace mnemo
