// Reader of folders of text files: train/good/1.txt holds one text, whose label is "good".
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <utility>

#include "common/input_stream.h"
#include "common/sha256.h"
#include "datasets/message_text.h"
#include "datasets/record_reader.h"
#include "datasets/text_formats.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// IMDB's distribution has a folder of texts without a label beside those of the labels.
constexpr std::array kUnlabelled = {"unsup", "unlabeled", "unlabelled"};

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

std::vector<fs::path> sorted_entries(const fs::path& folder, bool folders) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_hidden(entry.path())) continue;
    if (folders ? entry.is_directory() : entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

class FolderReader final : public RecordReader {
 public:
  explicit FolderReader(RecordSource source) : RecordReader(std::move(source)), folder_(name()) {
    if (!fs::is_directory(folder_)) {
      throw Error(fmt::format("{}: it is no folder, as `input-format` folder says", name()));
    }
    for (const auto& sub : sorted_entries(folder_, /*folders=*/true)) {
      if (labels_required() && is_unlabelled(sub)) {
        counts_.notes.push_back(
            fmt::format("{}: its texts have no label, and are left out", sub.string()));
        continue;
      }
      add_files(sub);
    }
    if (!labels_required()) {
      for (auto& file : sorted_entries(folder_, /*folders=*/false)) files_.push_back(file);
      std::ranges::sort(files_);
    }
    if (!files_.empty()) return;
    throw Error(fmt::format("{}: a folder of texts was expected, {}", name(),
                            labels_required()
                                ? "with a folder of text files for each label, as good/1.txt and "
                                  "bad/1.txt"
                                : "and it holds no file"));
  }

  std::string sha256() const override { return hash_.hex(); }

 private:
  static bool is_unlabelled(const fs::path& folder) {
    return std::ranges::find(kUnlabelled, folder.filename().string()) != kUnlabelled.end();
  }

  void add_files(const fs::path& folder) {
    auto files = sorted_entries(folder, /*folders=*/false);
    const auto inner = sorted_entries(folder, /*folders=*/true);
    if (files.empty() && !inner.empty()) {
      throw Error(fmt::format(
          "{}: {} holds folders where text files were expected; if its folders are the labels, "
          "name {} instead",
          name(), folder.string(), folder.string()));
    }
    std::ranges::move(files, std::back_inserter(files_));
  }

  bool read(TextRecord& record) override {
    if (next_ == files_.size()) return false;
    const auto& file = files_[next_++];
    record.line = static_cast<int64_t>(next_);
    const auto input = InputStream::open(file);
    record.text.assign(std::istreambuf_iterator<char>(*input), {});
    const bool has_label = file.parent_path() != folder_;
    if (labels_required() && has_label) record.label = file.parent_path().filename().string();
    for (const auto& part : {fs::relative(file, folder_).string(), record.text}) {
      hash_.update(fmt::format("{}:", part.size()));  // or equal bytes could be other files
      hash_.update(part);
    }
    return true;
  }

  std::string place_of(int64_t line) const override {
    return files_[static_cast<size_t>(line - 1)].string();
  }

  fs::path folder_;
  std::vector<fs::path> files_;
  size_t next_ = 0;
  Sha256 hash_;
};

}  // namespace

const TextFormat& folder_texts() {
  static const TextFormat format{
      .open = [](RecordSource source) -> std::unique_ptr<TextReader> {
        return std::make_unique<FolderReader>(std::move(source));
      },
      .description = "a folder with a folder of text files for each label, one text a file",
      .example = "train/good/1.txt   a warm and funny film\ntrain/bad/1.txt    too long by half"};
  return format;
}

}  // namespace mnemo
