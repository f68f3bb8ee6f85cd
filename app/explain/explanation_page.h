// Explanations of texts as a page of heat maps that stands by itself.
#pragma once

#include <memory>
#include <string>

#include "app/explain/explanation_writer.h"

namespace mnemo {

std::unique_ptr<ExplanationWriter> make_explanation_page(ExplainMethod method,
                                                         const LabelSet& labels,
                                                         const std::string& model);

}  // namespace mnemo
