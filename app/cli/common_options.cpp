#include "app/cli/common_options.h"

namespace mnemo {

void add_reader_options(OptionTable& table, TextReaderOptions& options, LabelColumn labels) {
  table.choice("input-format", options.format, "format; auto goes by the file's name");
  table.text("text-column", options.text_column, "column of the text: its name, or number from 1");
  if (labels == LabelColumn::required)
    table.text("label-column", options.label_column, "column of the label, likewise");
  table.flag("header", options.header, "csv and tsv begin with a row of column names");
  table.choice("invalid-utf8", options.invalid_utf8, "what to do with bytes that are no UTF-8");
}

void add_compute_options(OptionTable& table, ComputeOptions& options) {
  table.group("Computing");
  table.number("threads", options.threads, {0, 1024}, "threads; 0: one a core");
  table.choice("device", options.device, "where to compute");
  table.choice("precision", options.precision, "numbers of the recurrent layers");
}

}  // namespace mnemo
