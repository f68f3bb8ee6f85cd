// Explanations of series and forecasts, for terminals, browsers and programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/explain/explanation_writer.h"
#include "app/explain/number_explainer.h"

namespace mnemo {

struct NumberTitle {
  std::string name;       // of the series, or of what is forecast
  int64_t last_step = 0;  // number of the last step; the first has this less the number of steps
                          // but one
  std::vector<std::string> times = {};  // of each step; empty where there are none
};

// ansi: one line for each feature, its steps as bars (hatched, or red, where they take
// away), and the strongest values. jsonl: one object.
// html: a heat map, which begin_number_page() and end_heat_page() stand around.
std::string number_text(const NumberExplanation& explanation, const NumberTitle& title,
                        ExplainFormat format, bool colours);

std::string begin_number_page(ExplainMethod method, const std::string& model);

}  // namespace mnemo
