#include "app/cli/model_words.h"

#include <fmt/format.h>

#include <utility>

#include "app/settings/enum_tables.h"

namespace mnemo {

std::string transformer_parts(Cell cell, const TransformerOptions& options) {
  if (cell != Cell::transformer) return {};
  return fmt::format(" ({} heads, feed-forward {}, {} positions)", options.heads,
                     options.feedforward_size == 0 ? std::string("4 times that")
                                                   : fmt::format("{}", options.feedforward_size),
                     enum_name(options.positions));
}

nlohmann::json exported_settings(const StoredModel& stored, nlohmann::json settings) {
  settings["task"] = enum_name(stored.task);
  const auto hash = "/data/train_file_sha256"_json_pointer;
  settings[hash] = stored.meta.at(hash);
  return settings;
}

}  // namespace mnemo
