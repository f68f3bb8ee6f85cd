#include "app/explain/number_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "app/explain/heat_page.h"
#include "app/support/html_text.h"
#include "app/support/json_text.h"
#include "app/support/printable_text.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

constexpr int64_t kTerminalColumns = 60, kPageColumns = 240;
constexpr size_t kListed = 8;

struct Columns {
  at::Tensor sums;  // (F, columns) fp64, of a few steps each
  int64_t steps_each = 1;

  Columns(const at::Tensor& contributions, int64_t most) {
    const int64_t steps = contributions.size(0);
    steps_each = (steps + most - 1) / most;
    const int64_t columns = (steps + steps_each - 1) / steps_each;
    const auto padded =
        at::constant_pad_nd(contributions.t(), {0, columns * steps_each - steps});  // (F, ...)
    sums = padded.view({contributions.size(1), columns, steps_each}).sum(2).contiguous();
  }
  int64_t count() const { return sums.size(1); }
  double at(int64_t feature, int64_t column) const {
    return sums.const_data_ptr<double>()[feature * count() + column];
  }
  double most() const { return sums.abs().max().item<double>(); }
};

std::string answer_of(const NumberExplanation& explanation) {
  if (!explanation.probability) {
    return fmt::format("{} {:.5g}", printable(explanation.answer), explanation.score);
  }
  return fmt::format("{}  probability {:.4f}, log-odds {:+.3f}", printable(explanation.answer),
                     *explanation.probability, explanation.score);
}

std::string bar(double value, double most, bool colours) {
  constexpr std::array kBars = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::array kHatched = {" ", "░", "░", "░", "▒", "▒", "▒", "▓", "▓"};
  const double share = most > 0.0 ? std::abs(value) / most : 0.0;
  const auto height = static_cast<size_t>(std::lround(share * 8.0));
  if (!colours) return value > 0.0 ? kBars[height] : kHatched[height];
  if (height == 0) return " ";
  return fmt::format("\x1b[{}m{}\x1b[0m", value > 0.0 ? 32 : 31, kBars[height]);
}

// How the user calls a step.
std::string step_name(const NumberExplanation& explanation, const NumberTitle& title,
                      int64_t step) {
  if (!title.times.empty()) return title.times[static_cast<size_t>(step)];
  return fmt::format("{}", title.last_step - explanation.contributions.size(0) + 1 + step);
}

std::string span_name(const NumberExplanation& explanation, const NumberTitle& title) {
  const int64_t last = explanation.contributions.size(0) - 1;
  return fmt::format("{}{} to {}", title.times.empty() ? "steps " : "",
                     step_name(explanation, title, 0), step_name(explanation, title, last));
}

std::string strongest(const NumberExplanation& explanation, const NumberTitle& title) {
  const auto& all = explanation.contributions;
  const auto amounts = all.abs().flatten();
  const int64_t listed = std::min<int64_t>(kListed, amounts.numel());
  const auto best = std::get<1>(amounts.topk(listed));
  std::string text = "strongest  ";
  for (int64_t i = 0; i < listed; ++i) {
    const int64_t place = best[i].item<int64_t>();
    const int64_t step = place / all.size(1), feature = place % all.size(1);
    text += fmt::format("{}{} at {}: {:+.3g}", i == 0 ? "" : ", ",
                        printable(explanation.features[static_cast<size_t>(feature)]),
                        printable(step_name(explanation, title, step)),
                        all[step][feature].item<double>());
  }
  return text + "\n";
}

std::string for_terminal(const NumberExplanation& explanation, const NumberTitle& title,
                         bool colours) {
  const Columns columns(explanation.contributions, kTerminalColumns);
  const double most = columns.most();
  size_t width = 0;
  for (const auto& feature : explanation.features) width = std::max(width, feature.size());
  std::string text = fmt::format("{}: {}; of the baseline {:.5g}\n", printable(title.name),
                                 answer_of(explanation), explanation.baseline);
  text += fmt::format(
      "{:<{}}  {:>10}  {}{}; {}\n", "", width, "sum", printable(span_name(explanation, title)),
      columns.steps_each == 1 ? "" : fmt::format(", {} to a column", columns.steps_each),
      colours ? "green adds, red takes away" : "bars add, hatched ones take away");
  const auto totals = explanation.contributions.sum(0);
  for (int64_t feature = 0; feature < explanation.contributions.size(1); ++feature) {
    text += fmt::format("{:<{}}  {:>+10.4g}  ",
                        printable(explanation.features[static_cast<size_t>(feature)]), width,
                        totals[feature].item<double>());
    for (int64_t i = 0; i < columns.count(); ++i) {
      text += bar(columns.at(feature, i), most, colours);
    }
    text += "\n";
  }
  return text + strongest(explanation, title) + "\n";
}

std::string for_program(const NumberExplanation& explanation, const NumberTitle& title) {
  const auto& all = explanation.contributions;
  nlohmann::json object = {{"name", title.name},
                           {"answer", explanation.answer},
                           {"score", explanation.score},
                           {"baseline", explanation.baseline},
                           {"features", explanation.features},
                           {"first_step", title.last_step - all.size(0) + 1}};
  if (explanation.probability) object["probability"] = *explanation.probability;
  if (explanation.error) object["completeness_error"] = *explanation.error;
  auto rows = nlohmann::json::array();  // (T, F)
  const auto values = all.contiguous();
  const double* value = values.const_data_ptr<double>();
  for (int64_t step = 0; step < all.size(0); ++step, value += all.size(1)) {
    rows.push_back(std::vector<double>(value, value + all.size(1)));
  }
  object["contributions"] = std::move(rows);
  return json_line(object);
}

// The steps of a column, in words.
std::string column_name(const NumberExplanation& explanation, const NumberTitle& title,
                        const Columns& columns, int64_t column) {
  const int64_t begin = column * columns.steps_each;
  const int64_t end = std::min(begin + columns.steps_each, explanation.contributions.size(0)) - 1;
  const std::string first = step_name(explanation, title, begin);
  return begin == end ? first : first + " to " + step_name(explanation, title, end);
}

std::string table_of(const NumberExplanation& explanation, const NumberTitle& title,
                     const Columns& columns) {
  std::string head = "<th scope=\"col\">step</th>", rows;
  for (const auto& feature : explanation.features) {
    head += "<th scope=\"col\">" + escape_html(feature) + "</th>";
  }
  for (int64_t i = 0; i < columns.count(); ++i) {
    rows += "<tr><td>" + escape_html(column_name(explanation, title, columns, i)) + "</td>";
    for (int64_t feature = 0; feature < explanation.contributions.size(1); ++feature) {
      rows += fmt::format("<td>{:+.4g}</td>", columns.at(feature, i));
    }
    rows += "</tr>\n";
  }
  return "<table>\n<thead><tr>" + head + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>\n";
}

std::string for_page(const NumberExplanation& explanation, const NumberTitle& title) {
  const Columns columns(explanation.contributions, kPageColumns);
  const double most = columns.most();
  const auto totals = explanation.contributions.sum(0);
  std::string grid = fmt::format(
      "<div class=\"grid\" role=\"img\" aria-label=\"heat map; the table below has its numbers\" "
      "style=\"grid-template-columns: max-content max-content repeat({}, minmax(2px, 1fr))\">\n",
      columns.count());
  for (int64_t feature = 0; feature < explanation.contributions.size(1); ++feature) {
    grid += fmt::format("<b>{}</b><b>{:+.4g}</b>",
                        escape_html(explanation.features[static_cast<size_t>(feature)]),
                        totals[feature].item<double>());
    for (int64_t i = 0; i < columns.count(); ++i) {
      const double value = columns.at(feature, i);
      grid +=
          fmt::format("<i class=\"{}\" style=\"--s:{:.2f}\" title=\"{}: {:+.4g}\"></i>",
                      value > 0.0 ? "for" : "against", most > 0.0 ? std::abs(value) / most : 0.0,
                      escape_html(column_name(explanation, title, columns, i)), value);
    }
    grid += "\n";
  }
  return fmt::format(
      "<section>\n<h2>{} <span class=\"quiet\">{}; of the baseline {:.5g}; "
      "{}</span></h2>\n{}</div>\n"
      "<details><summary>All values</summary>\n{}</details>\n</section>\n",
      escape_html(title.name), escape_html(answer_of(explanation)), explanation.baseline,
      escape_html(span_name(explanation, title)), grid, table_of(explanation, title, columns));
}

}  // namespace

std::string number_text(const NumberExplanation& explanation, const NumberTitle& title,
                        ExplainFormat format, bool colours) {
  switch (format) {
    case ExplainFormat::automatic:
    case ExplainFormat::ansi:
      return for_terminal(explanation, title, colours);
    case ExplainFormat::jsonl:
      return for_program(explanation, title);
    case ExplainFormat::html:
      return for_page(explanation, title);
  }
  throw Error("unhandled format");
}

std::string begin_number_page(ExplainMethod method, const std::string& model) {
  const std::string what =
      method == ExplainMethod::occlusion
          ? "Occlusion: what the answer loses with each value at its baseline. "
          : "Integrated gradients: what each value adds to the answer. ";
  return begin_heat_page(
      "Why " + escape_html(model) + " answers so",
      what +
          "<span class=\"for\" style=\"--s:.8\">More</span>, "
          "<span class=\"against\" style=\"--s:.8\">less</span>; the stronger, the more.");
}

}  // namespace mnemo
