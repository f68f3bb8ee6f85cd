// Reader of series as NumPy arrays in one .npz file, which holds values and targets.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "common/lower_case.h"
#include "datasets/message_text.h"
#include "datasets/series/series_format.h"
#include "datasets/series/series_npy.h"
#include "datasets/series/zip_archive.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Names that people give these arrays, in small letters; arr_0 and arr_1 are numpy.savez's own.
constexpr std::array kNamesOfValues = {"x",      "values",  "data",   "series", "x_train",
                                       "x_test", "train_x", "test_x", "arr_0"};
constexpr std::array kNamesOfTargets = {"y",       "labels", "label",   "target", "targets",
                                        "y_train", "y_test", "train_y", "test_y", "arr_1"};

class NpzFile {
 public:
  NpzFile(InputStream& input, std::string name)
      : name_(std::move(name)),
        archive_(std::string(std::istreambuf_iterator<char>(input), {}), name_) {
    for (const auto& file : archive_.files()) names_.push_back(array_name(file));
  }

  const std::string& name() const { return name_; }

  // The only array that has one of these names, if there is one.
  template <typename Names>
  std::optional<size_t> find(const Names& names) const {
    std::optional<size_t> found;
    for (size_t i = 0; i < names_.size(); ++i) {
      if (std::ranges::find(names, lower_case(names_[i])) == names.end()) continue;
      if (found) return std::nullopt;
      found = i;
    }
    return found;
  }

  std::optional<size_t> find_named(const std::string& wanted) const {
    const auto found = std::ranges::find(names_, wanted);
    if (found == names_.end()) return std::nullopt;
    return static_cast<size_t>(found - names_.begin());
  }

  template <typename Use>
  void with_array(size_t i, const Use& use) const {
    const std::string content = archive_.read(i);
    std::istringstream input(content);
    const auto size = std::ssize(content);
    NpyArray array(input, fmt::format("{}: {}", name_, names_[i]), size);
    use(array);
  }

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(fmt::format("{}: {}; its arrays are: {}", name_, what, listed(names_)));
  }

 private:
  static std::string array_name(const std::string& file) {
    constexpr std::string_view kEnding = ".npy";
    return file.ends_with(kEnding) ? file.substr(0, file.size() - kEnding.size()) : file;
  }

  std::string name_;
  ZipArchive archive_;
  std::vector<std::string> names_;  // of the arrays
};

LabelledSeries read_npz(const SeriesSource& source, const SeriesReaderOptions& options,
                        Targets targets) {
  const NpzFile file(source.input, source.path.string());
  const auto values = file.find(kNamesOfValues);
  if (!values) {
    file.fail("one array of values was expected, named X, values or data");
  }
  LabelledSeries series;
  file.with_array(*values,
                  [&](NpyArray& array) { series = series_of_array(array, options.missing); });
  if (targets == Targets::ignored) return series;
  const auto labels = options.labels_file.empty() ? file.find(kNamesOfTargets)
                                                  : file.find_named(options.labels_file);
  if (!labels) {
    file.fail(
        options.labels_file.empty()
            ? std::string("one array of targets was expected, named y, labels or targets; "
                          "name it with `labels`")
            : fmt::format("no array {}; name it with `labels`", in_quotes(options.labels_file)));
  }
  file.with_array(*labels, [&](NpyArray& array) { add_targets(series, array, file.name()); });
  return series;
}

}  // namespace

const SeriesFormatDefinition& npz_series() {
  static const SeriesFormatDefinition format{
      .endings = {".npz"},
      .labels_apart = true,
      .read = read_npz,
      .description = "NumPy arrays in one file: X or values, and y or labels",
      .example = "numpy.savez(\"motions.npz\", X=values, y=labels)"};
  return format;
}

}  // namespace mnemo
