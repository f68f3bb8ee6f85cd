// Explanations of texts, for terminals, browsers and programs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/explain/path_integral.h"
#include "app/explain/text_explainer.h"
#include "app/support/enum_names.h"
#include "app/support/setting_names.h"
#include "datasets/labels.h"

namespace mnemo {

enum class ExplainFormat {
  automatic,  // ansi, with colours where a terminal shows them
  ansi,
  html,
  jsonl
};

template <>
struct EnumNames<ExplainFormat> {
  static constexpr std::array table = {
      EnumName{ExplainFormat::automatic, "auto"}, EnumName{ExplainFormat::ansi, "ansi"},
      EnumName{ExplainFormat::html, "html"}, EnumName{ExplainFormat::jsonl, "jsonl"}};
};

// The results of begin(), text() of each explanation, and end() together make one document.
class ExplanationWriter {
 public:
  virtual ~ExplanationWriter() = default;
  virtual std::string begin() { return {}; }
  virtual std::string text(const TextExplanation& explanation) = 0;
  virtual std::string end() { return {}; }
};

struct ExplanationStyle {
  ExplainFormat format = ExplainFormat::automatic;
  ExplainMethod method = ExplainMethod::gradients;
  std::string model = {};  // stands in titles
  bool colours = false;    // of ansi; without them only the lists tell of the words
  // Gives remarks, which ansi and html show, the form of their reader.
  MessageForm shown = [](std::string_view remark) { return std::string(remark); };
};

std::unique_ptr<ExplanationWriter> make_explanation_writer(const LabelSet& labels,
                                                           const ExplanationStyle& style);

// Says what must be known of an explanation beside its numbers, a sentence each: that it does not
// add up, that not all words were read, or that there are none. Empty when there is nothing to say.
std::vector<std::string> remarks_on(const TextExplanation& explanation);

// Gives numbers from 0 to 1: how strong each contribution is beside the strongest.
std::vector<double> strengths(const std::vector<double>& contributions);

}  // namespace mnemo
