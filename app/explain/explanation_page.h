// Explanations of texts as a page of heat maps that stands by itself.
#pragma once

#include <memory>
#include <string>

#include "app/explain/explanation_writer.h"

namespace mnemo {

std::unique_ptr<ExplanationWriter> make_explanation_page(const LabelSet& labels,
                                                         const ExplanationStyle& style);

}  // namespace mnemo
