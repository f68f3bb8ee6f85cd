#include "app/cli/prediction_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

namespace mnemo {
namespace {

std::string escape_tsv(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\t':
        escaped += "\\t";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      case '\\':
        escaped += "\\\\";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// The numbers of the `top` most probable labels, best first; equals in label order.
std::vector<int64_t> best_labels(std::span<const float> probabilities, int64_t top) {
  std::vector<int64_t> ranked(probabilities.size());
  std::iota(ranked.begin(), ranked.end(), 0);
  std::ranges::stable_sort(ranked, [&](int64_t a, int64_t b) {
    return probabilities[static_cast<size_t>(a)] > probabilities[static_cast<size_t>(b)];
  });
  ranked.resize(std::min(ranked.size(), static_cast<size_t>(top)));
  return ranked;
}

std::string tsv_line(const LabelSet& labels, std::span<const float> probabilities,
                     std::span<const int64_t> chosen) {
  std::string line;
  for (const int64_t label : chosen) {
    line += fmt::format("{}{}\t{:.6f}", line.empty() ? "" : "\t", escape_tsv(labels.name(label)),
                        probabilities[static_cast<size_t>(label)]);
  }
  return line + "\n";
}

}  // namespace

std::string prediction_line(const LabelSet& labels, std::span<const float> probabilities,
                            int64_t top, PredictionFormat format) {
  const auto best = best_labels(probabilities, top);
  const auto probability = [&](int64_t label) { return probabilities[static_cast<size_t>(label)]; };
  switch (format) {
    case PredictionFormat::tsv:
      return tsv_line(labels, probabilities, best);
    case PredictionFormat::jsonl: {
      nlohmann::json object = {{"label", labels.name(best.front())},
                               {"probability", probability(best.front())}};
      if (top > 1) {
        for (const int64_t label : best) {
          object["labels"].push_back(labels.name(label));
          object["probabilities"].push_back(probability(label));
        }
      }
      return object.dump() + "\n";
    }
  }
  return {};
}

std::string labels_line(const LabelSet& labels, std::span<const float> probabilities,
                        std::span<const double> thresholds, int64_t top, PredictionFormat format) {
  auto chosen = best_labels(probabilities, top > 0 ? top : labels.size());
  if (top == 0) {
    std::erase_if(chosen, [&](int64_t label) {
      const auto place = static_cast<size_t>(label);
      return static_cast<double>(probabilities[place]) < thresholds[place];
    });
  }
  if (format == PredictionFormat::tsv) return tsv_line(labels, probabilities, chosen);
  nlohmann::json object = {{"labels", nlohmann::json::array()},
                           {"probabilities", nlohmann::json::array()}};
  for (const int64_t label : chosen) {
    object["labels"].push_back(labels.name(label));
    object["probabilities"].push_back(probabilities[static_cast<size_t>(label)]);
  }
  return object.dump() + "\n";
}

std::string with_id(const std::string& id, const std::string& line, PredictionFormat format) {
  switch (format) {
    case PredictionFormat::tsv:
      return escape_tsv(id) + "\t" + line;
    case PredictionFormat::jsonl:
      return fmt::format("{{\"id\":{},{}", nlohmann::json(id).dump(), line.substr(1));
  }
  return {};
}

std::string numbers_line(std::span<const float> numbers, PredictionFormat format) {
  switch (format) {
    case PredictionFormat::tsv:
      return fmt::format("{}\n", fmt::join(numbers, "\t"));
    case PredictionFormat::jsonl:
      return nlohmann::json{{"values", std::vector<float>(numbers.begin(), numbers.end())}}.dump() +
             "\n";
  }
  return {};
}

}  // namespace mnemo
