// Series that are in memory already.
#include <fmt/format.h>

#include <set>
#include <string>

#include "common/sha256.h"
#include "datasets/message_text.h"
#include "datasets/series/labelled_series.h"
#include "datasets/series/series_checks.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

void require_fitting_parts(const TrainingSeries& rows, const std::string& name) {
  const std::set<std::string> names(rows.features.begin(), rows.features.end());
  if (rows.features.empty() || names.size() < rows.features.size()) {
    throw UsageError(fmt::format("{}: {} features, of {} different names; give each its own", name,
                                 rows.features.size(), names.size()));
  }
  if (rows.values.empty()) throw UsageError(fmt::format("{}: there are no series", name));
  if (!rows.labels.empty() && !rows.numbers.empty()) {
    throw UsageError(fmt::format("{}: a series has a label or numbers; give one of the two", name));
  }
  const size_t answers = rows.labels.size() + rows.numbers.size();
  if (answers != rows.values.size()) {
    throw UsageError(fmt::format("{}: {} series, and labels or numbers for {}; give each its own",
                                 name, rows.values.size(), answers));
  }
  for (size_t i = 0; i < rows.values.size(); ++i) {
    if (!rows.values[i].empty() && rows.values[i].size() % rows.features.size() == 0) continue;
    throw UsageError(
        fmt::format("{}: series {} has {} values; a value of each of the {} features was expected "
                    "for each step",
                    name, i + 1, rows.values[i].size(), rows.features.size()));
  }
}

void add_values(const TrainingSeries& rows, const std::string& name, LabelledSeries& data) {
  const size_t width = rows.features.size();
  for (size_t i = 0; i < rows.values.size(); ++i) {
    for (size_t at = 0; at < rows.values[i].size(); ++at) {
      const float value = rows.values[i][at];
      if (const auto fault = number_fault(value); !fault.empty()) {
        throw Error(fmt::format("{}: series {}, step {}, feature {}: the value {}", name, i + 1,
                                at / width + 1, in_quotes(rows.features[at % width]), fault));
      }
      data.values.push_back(value);
    }
    data.offsets.push_back(data.offsets.back() +
                           static_cast<int64_t>(rows.values[i].size() / width));
  }
}

void add_answers(const TrainingSeries& rows, const std::string& name, LabelledSeries& data) {
  data.targets_per_series =
      rows.numbers.empty() ? 1 : static_cast<int64_t>(rows.numbers.front().size());
  for (size_t i = 0; i < rows.labels.size(); ++i) {
    if (rows.labels[i].empty()) {
      throw UsageError(fmt::format("{}: series {} has an empty label", name, i + 1));
    }
    data.targets.push_back(rows.labels[i]);
  }
  for (size_t i = 0; i < rows.numbers.size(); ++i) {
    if (std::ssize(rows.numbers[i]) != data.targets_per_series || rows.numbers[i].empty()) {
      throw UsageError(fmt::format("{}: series {} has {} numbers to find, and the first {}", name,
                                   i + 1, rows.numbers[i].size(), data.targets_per_series));
    }
    for (const double number : rows.numbers[i]) data.targets.push_back(fmt::format("{}", number));
  }
}

std::string fingerprint(const LabelledSeries& data) {
  Sha256 hash;
  const auto add = [&](const auto& numbers) {
    hash.update(fmt::format("{}:", numbers.size()));
    hash.update(
        {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(numbers.front())});
  };
  add(data.values);
  add(data.offsets);
  for (const auto* names : {&data.features, &data.targets}) {
    hash.update(fmt::format("{}:", names->size()));
    for (const auto& one : *names) hash.update(fmt::format("{}:{}", one.size(), one));
  }
  return hash.hex();
}

}  // namespace

LabelledSeries label_series(const TrainingSeries& rows, MissingSteps missing,
                            const std::string& name) {
  require_fitting_parts(rows, name);
  LabelledSeries data;
  data.features = rows.features;
  data.offsets = {0};
  data.ids = numbers_up_to(std::ssize(rows.values));
  add_values(rows, name, data);
  add_answers(rows, name, data);
  data.sha256 = fingerprint(data);
  fill_missing(data, missing, name, [&](int64_t series, int64_t step, int64_t feature) {
    return fmt::format("series {}, step {}, feature {}", series + 1, step + 1,
                       in_quotes(data.features[static_cast<size_t>(feature)]));
  });
  return data;
}

}  // namespace mnemo
