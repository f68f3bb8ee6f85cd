// Leads from files of texts, labelled or not, to the training and validation parts of a language
// model.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/tasks/text/text_data.h"
#include "datasets/text_reader.h"

namespace mnemo {

struct LanguageData {
  TextPart train;  // their labels are empty, and their texts one spool
  TextPart valid;
};

// Reads the texts of all files, each as its name's ending says, and holds a share of them out.
// Equal texts stay on one side. Texts are kept on disk, in the folder `spool`. `warn` hears of
// repaired or empty rows. Throws Error where nothing is left for one of the parts.
LanguageData read_language_data(const std::vector<std::string>& files,
                                const TextReaderOptions& reader, double valid_share, uint64_t seed,
                                const std::filesystem::path& spool, const Warn& warn);

}  // namespace mnemo
