#include "app/explain/explanation_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string_view>

#include "app/explain/explanation_page.h"
#include "app/support/json_text.h"
#include "app/support/printable_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr size_t kWordsListed = 8;

class AnsiWriter : public ExplanationWriter {
 public:
  AnsiWriter(const LabelSet& labels, const ExplanationStyle& style)
      : method_(style.method), labels_(labels), colours_(style.colours), shown_(style.shown) {}

  std::string text(const TextExplanation& explanation) override {
    const std::string line = first_line(explanation);
    const std::string gap = first_ ? "" : "\n";
    first_ = false;
    std::string remarks;
    for (const auto& remark : remarks_on(explanation)) remarks += "(" + shown_(remark) + ")\n";
    return gap + line + coloured(explanation) + "\n" + remarks + lists(explanation);
  }

 private:
  std::string first_line(const TextExplanation& explanation) const {
    std::string line = printable(labels_.name(explanation.label)) + "  ";
    line += explanation.probability ? fmt::format("probability {:.4f}, log-odds {:+.3f}",
                                                  *explanation.probability, explanation.score)
                                    : fmt::format("{:.6g}", explanation.score);
    if (method_ == ExplainMethod::gradients) {
      line += fmt::format(", of nothing {:+.3f}", explanation.baseline);
    }
    return line + "\n";
  }

  std::string coloured(const TextExplanation& explanation) const {
    const auto& text = explanation.text;
    const auto strength = strengths(explanation.contributions);
    std::string shown;
    size_t from = 0;
    for (size_t unit = 0; unit < text.units.size(); ++unit) {
      const auto begin = static_cast<size_t>(text.units[unit].begin);
      shown += printable(std::string_view(text.text).substr(from, begin - from));
      const auto word = printable(text.word(static_cast<int64_t>(unit)));
      const int colour = colour_of(explanation.contributions[unit], strength[unit]);
      shown += colour == 0 ? word : fmt::format("\x1b[38;5;16;48;5;{}m{}\x1b[0m", colour, word);
      from = static_cast<size_t>(text.units[unit].end);
    }
    return shown + printable(std::string_view(text.text).substr(from)) + "\n";
  }

  // Returns one of the 256 colours of a terminal; 0: none.
  int colour_of(double contribution, double strength) const {
    constexpr std::array kFor = {194, 157, 120, 83};
    constexpr std::array kAgainst = {224, 217, 210, 203};
    constexpr std::array kSeen = {230, 229, 228, 226};
    constexpr double kLeast = 0.08;
    if (!colours_ || strength < kLeast) return 0;
    const auto level = static_cast<size_t>(std::min(3.0, std::floor(strength * 4.0)));
    if (method_ == ExplainMethod::attention) return kSeen[level];
    return contribution > 0.0 ? kFor[level] : kAgainst[level];
  }

  std::string lists(const TextExplanation& explanation) const {
    if (method_ == ExplainMethod::attention) {
      std::string all = list("all heads", explanation, explanation.contributions, 1.0);
      for (size_t head = 0; head < explanation.heads.size(); ++head) {
        all += list(fmt::format("head {}", head + 1), explanation, explanation.heads[head], 1.0);
      }
      return all;
    }
    return list("for", explanation, explanation.contributions, 1.0) +
           list("against", explanation, explanation.contributions, -1.0);
  }

  // The units with the greatest numbers times `sign`, above 0.
  static std::string list(const std::string& name, const TextExplanation& explanation,
                          const std::vector<double>& numbers, double sign) {
    std::vector<size_t> units(numbers.size());
    std::iota(units.begin(), units.end(), size_t{0});
    std::ranges::stable_sort(units, std::ranges::greater{},
                             [&](size_t unit) { return sign * numbers[unit]; });
    const auto shown = std::ranges::count_if(
        numbers, [&](double number) { return sign * number > 0.0005; });  // not as 0
    std::string line;
    for (size_t i = 0; i < std::min(static_cast<size_t>(shown), kWordsListed); ++i) {
      const size_t unit = units[i];
      line += fmt::format("{}\"{}\" ", line.empty() ? "" : ", ",
                          printable(explanation.text.word(static_cast<int64_t>(unit))));
      line += explanation.heads.empty() ? fmt::format("{:+.3f}", numbers[unit])
                                        : fmt::format("{:.3f}", numbers[unit]);
    }
    if (shown > static_cast<std::ptrdiff_t>(kWordsListed)) {
      line += fmt::format(", and {} more", shown - static_cast<std::ptrdiff_t>(kWordsListed));
    }
    return fmt::format("{:<10} {}\n", name, line.empty() ? "-" : line);
  }

  ExplainMethod method_;
  LabelSet labels_;
  bool colours_;
  MessageForm shown_;
  bool first_ = true;
};

class JsonWriter : public ExplanationWriter {
 public:
  JsonWriter(ExplainMethod method, const LabelSet& labels) : method_(method), labels_(labels) {}

  std::string text(const TextExplanation& explanation) override {
    const auto& text = explanation.text;
    const auto read = text.read();
    auto words = nlohmann::json::array();
    for (size_t unit = 0; unit < read.size(); ++unit) {
      words.push_back({{"word", text.word(static_cast<int64_t>(unit))},
                       {"begin", text.units[unit].begin},
                       {"end", text.units[unit].end},
                       {"read", static_cast<bool>(read[unit])},
                       {"contribution", explanation.contributions[unit]}});
    }
    nlohmann::json object = {
        {"text", text.text}, {"method", enum_name(method_)}, {"words", std::move(words)}};
    const auto& name = labels_.name(explanation.label);
    if (explanation.probability) {
      object["label"] = name;
      object["probability"] = *explanation.probability;
      object["log_odds"] = explanation.score;
    } else {
      object["target"] = name;
      object["value"] = explanation.score;
    }
    if (method_ == ExplainMethod::gradients) {
      object["baseline"] = explanation.baseline;
      object["completeness_error"] = explanation.error;
    }
    if (method_ == ExplainMethod::attention) object["heads"] = explanation.heads;
    return json_line(object);
  }

 private:
  ExplainMethod method_;
  LabelSet labels_;
};

}  // namespace

std::vector<std::string> remarks_on(const TextExplanation& explanation) {
  std::vector<std::string> remarks;
  const auto read = explanation.text.read();
  const auto words_read = std::ranges::count(read, true);
  if (read.empty()) {
    remarks.emplace_back("a text without words; the model reads it as one unknown piece");
  } else if (words_read < std::ssize(read)) {
    remarks.push_back(
        fmt::format("{} of {} words are read: `max-length` and `truncate` of the training leave "
                    "the others out",
                    words_read, read.size()));
  }
  if (explanation.error > kLargestError) {
    remarks.push_back(
        fmt::format("the contributions lack {:.1f}% of the difference that they explain, so take "
                    "`method` occlusion",
                    100.0 * explanation.error));
  }
  return remarks;
}

std::vector<double> strengths(const std::vector<double>& contributions) {
  double most = 0.0;
  for (const double contribution : contributions) most = std::max(most, std::abs(contribution));
  std::vector<double> shares;
  for (const double contribution : contributions) {
    shares.push_back(most > 0.0 ? std::abs(contribution) / most : 0.0);
  }
  return shares;
}

std::unique_ptr<ExplanationWriter> make_explanation_writer(const LabelSet& labels,
                                                           const ExplanationStyle& style) {
  switch (style.format) {
    case ExplainFormat::automatic:
    case ExplainFormat::ansi:
      return std::make_unique<AnsiWriter>(labels, style);
    case ExplainFormat::html:
      return make_explanation_page(labels, style);
    case ExplainFormat::jsonl:
      return std::make_unique<JsonWriter>(style.method, labels);
  }
  throw Error("unhandled format");
}

}  // namespace mnemo
