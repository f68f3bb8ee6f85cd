// Reader of plain lines: each is a text, and none has a label.
#include <fmt/format.h>

#include "datasets/record_reader.h"
#include "datasets/text_formats.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

class PlainLinesReader final : public LineReader {
 public:
  explicit PlainLinesReader(RecordSource source) : LineReader(std::move(source)) {
    if (!labels_required()) return;
    throw Error(
        fmt::format("{}: plain lines hold no labels; give CSV, TSV, JSON Lines, or lines such as "
                    "\"__label__pos What a film\"",
                    name()));
  }

 private:
  bool read(TextRecord& record) override {
    if (!next_line(record.text)) return false;
    record.line = line();
    return true;
  }
};

}  // namespace

const TextFormat& lines_texts() {
  static const TextFormat format{
      .endings = {".txt"},
      .open = [](RecordSource source) -> std::unique_ptr<TextReader> {
        return std::make_unique<PlainLinesReader>(std::move(source));
      },
      .description = "each line is a text, without a label: for predict, explain and pretrain",
      .example = "a warm and funny film\ntoo long by half"};
  return format;
}

}  // namespace mnemo
