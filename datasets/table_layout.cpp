#include "datasets/table_layout.h"

#include <string_view>

#include "datasets/csv_dialect.h"

namespace mnemo {
namespace {

CsvLayoutOptions layout_options(const NumberTableOptions& options) {
  CsvLayoutOptions layout{.quoting = options.quoting, .skip_lines = options.skip_lines};
  layout.delimiter = character_of(options.delimiter);
  layout.blanks = options.delimiter == Delimiter::blanks;
  return layout;
}

}  // namespace

CsvLayout find_table_layout(InputStream& input, const NumberTableOptions& options) {
  // Below the 64 KiB of a head, as what is packed may give a little less.
  constexpr size_t kSurelyWhole = 60'000;
  const std::string_view head = input.head();
  return find_csv_layout(head, head.size() < kSurelyWhole, layout_options(options));
}

}  // namespace mnemo
