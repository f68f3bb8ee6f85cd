#include "app/explain/explanation_page.h"

#include <fmt/format.h>

#include <string_view>

#include "app/explain/heat_page.h"
#include "app/support/html_text.h"

namespace mnemo {
namespace {

std::string legend_of(ExplainMethod method) {
  switch (method) {
    case ExplainMethod::gradients:
      return "Integrated gradients: what each word adds to the log-odds of the label. "
             "<span class=\"for\" style=\"--s:.8\">for</span> it, "
             "<span class=\"against\" style=\"--s:.8\">against</span> it; the stronger, the more.";
    case ExplainMethod::occlusion:
      return "Occlusion: what the log-odds of the label lose without each word. "
             "<span class=\"for\" style=\"--s:.8\">for</span> it, "
             "<span class=\"against\" style=\"--s:.8\">against</span> it; the stronger, the more.";
    case ExplainMethod::attention:
      return "Attention, the mean of all heads: <span class=\"seen\" style=\"--s:.8\">where the "
             "model looks</span>. It says nothing of for or against.";
  }
  return {};
}

class PageWriter : public ExplanationWriter {
 public:
  PageWriter(const LabelSet& labels, const ExplanationStyle& style)
      : method_(style.method), labels_(labels), model_(style.model), shown_(style.shown) {}

  std::string begin() override {
    return begin_heat_page("Why " + escape_html(model_) + " answers so", legend_of(method_));
  }

  std::string text(const TextExplanation& explanation) override {
    const std::string score = explanation.probability
                                  ? fmt::format("probability {:.4f}, log-odds {:+.3f}",
                                                *explanation.probability, explanation.score)
                                  : fmt::format("{:.6g}", explanation.score);
    std::string section =
        fmt::format("<section>\n<h2>{} <span class=\"quiet\">{}{}</span></h2>\n",
                    escape_html(labels_.name(explanation.label)), score,
                    method_ == ExplainMethod::gradients
                        ? fmt::format("; of nothing {:+.3f}", explanation.baseline)
                        : "");
    for (const auto& remark : remarks_on(explanation)) {
      section += "<p><em>" + escape_html(shown_(remark)) + "</em></p>\n";
    }
    section += "<p class=\"text\">" + heat_map(explanation) + "</p>\n";
    return section + "<details><summary>All words</summary>\n" + table(explanation) +
           "</details>\n</section>\n";
  }

  std::string end() override { return end_heat_page(); }

 private:
  const char* kind_of(double contribution) const {
    if (method_ == ExplainMethod::attention) return "seen";
    return contribution > 0.0 ? "for" : "against";
  }

  std::string heat_map(const TextExplanation& explanation) const {
    const auto& text = explanation.text;
    const auto strength = strengths(explanation.contributions);
    const auto read = text.read();
    constexpr double kLeast = 0.02;
    std::string map;
    size_t from = 0;
    for (size_t unit = 0; unit < text.units.size(); ++unit) {
      const auto begin = static_cast<size_t>(text.units[unit].begin);
      map += escape_html(std::string_view(text.text).substr(from, begin - from));
      const std::string word = escape_html(text.word(static_cast<int64_t>(unit)));
      const double contribution = explanation.contributions[unit];
      if (!read[unit]) {
        map += fmt::format("<span class=\"unread\" title=\"beyond what the model reads\">{}</span>",
                           word);
      } else if (strength[unit] < kLeast) {
        map += fmt::format("<span title=\"{:+.4f}\">{}</span>", contribution, word);
      } else {
        map += fmt::format("<span class=\"{}\" style=\"--s:{:.2f}\" title=\"{:+.4f}\">{}</span>",
                           kind_of(contribution), strength[unit], contribution, word);
      }
      from = static_cast<size_t>(text.units[unit].end);
    }
    return map + escape_html(std::string_view(text.text).substr(from));
  }

  std::string table(const TextExplanation& explanation) const {
    std::string head = "<th scope=\"col\">word</th><th scope=\"col\">contribution</th>";
    for (size_t i = 0; i < explanation.heads.size(); ++i) {
      head += fmt::format("<th scope=\"col\">head {}</th>", i + 1);
    }
    std::string rows;
    for (size_t unit = 0; unit < explanation.text.units.size(); ++unit) {
      rows += fmt::format("<tr><td>{}</td><td>{:+.4f}</td>",
                          escape_html(explanation.text.word(static_cast<int64_t>(unit))),
                          explanation.contributions[unit]);
      for (const auto& head_weights : explanation.heads) {
        rows += fmt::format("<td>{:.4f}</td>", head_weights[unit]);
      }
      rows += "</tr>\n";
    }
    return "<table>\n<thead><tr>" + head + "</tr></thead>\n<tbody>\n" + rows +
           "</tbody>\n</table>\n";
  }

  ExplainMethod method_;
  LabelSet labels_;
  std::string model_;
  MessageForm shown_;
};

}  // namespace

std::unique_ptr<ExplanationWriter> make_explanation_page(const LabelSet& labels,
                                                         const ExplanationStyle& style) {
  return std::make_unique<PageWriter>(labels, style);
}

}  // namespace mnemo
