// All readers of texts share this: a record is checked, repaired and counted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/text_format.h"

namespace mnemo {

class RecordReader : public TextReader {
 public:
  explicit RecordReader(RecordSource source) : source_(std::move(source)) {}

  bool next(TextRecord& record) final;
  std::string sha256() const override { return source_.sha256 ? source_.sha256() : ""; }
  TextReaderOptions reading() const override { return source_.options; }

 protected:
  // Fills in text and line, and the label where labels are required, which stays empty where the
  // row has none, or labels, where there may be several; false at the end.
  virtual bool read(TextRecord& record) = 0;
  // How messages name the place of a record.
  virtual std::string place_of(int64_t line) const;

  std::istream& input() { return *source_.input; }
  const std::string& name() const { return source_.name; }
  const std::string& head() const { return source_.head; }
  const TextReaderOptions& options() const { return source_.options; }
  TextReaderOptions& settled_options() { return source_.options; }
  bool labels_required() const { return source_.labels == LabelColumn::required; }
  bool has_aux_labels() const {
    return labels_required() && !source_.options.aux_label_column.empty();
  }

  [[noreturn]] void fail(int64_t line, std::string_view what) const;

  // Repairs what belongs to the record being read, or refuses it.
  void make_valid_utf8(std::string& text, int64_t line);

 private:
  // Makes labels without white space around them of what a reader filled in.
  void settle_labels(TextRecord& record) const;
  std::vector<std::string> divided(const std::string& cell) const;
  void check_and_count(TextRecord& record);

  RecordSource source_;
  bool row_is_repaired_ = false;
};

// Reads line by line.
class LineReader : public RecordReader {
 public:
  using RecordReader::RecordReader;

 protected:
  // Without its line break, be it LF or CRLF; false at the end.
  bool next_line(std::string& line);
  bool next_line_with_content(std::string& line);

  int64_t line() const { return line_; }

 private:
  int64_t line_ = 0;  // number of the line read last
};

bool is_blank(std::string_view text);

}  // namespace mnemo
