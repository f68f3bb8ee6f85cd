#include "app/cli/model_words.h"

#include <fmt/format.h>

#include "app/settings/enum_tables.h"

namespace mnemo {

std::string transformer_parts(Cell cell, const TransformerOptions& options) {
  if (cell != Cell::transformer) return {};
  return fmt::format(" ({} heads, feed-forward {}, {} positions)", options.heads,
                     options.feedforward_size == 0 ? std::string("4 times that")
                                                   : fmt::format("{}", options.feedforward_size),
                     enum_name(options.positions));
}

}  // namespace mnemo
