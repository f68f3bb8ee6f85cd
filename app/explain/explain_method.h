// How the contributions to an answer are found.
#pragma once

#include "app/support/enum_names.h"

namespace mnemo {

enum class ExplainMethod {
  gradients,  // integrated gradients, see path_integral.h
  occlusion,  // what the score loses without a part (Zeiler and Fergus 2014)
  attention,  // where attention looks; says nothing of for or against
};

template <>
struct EnumNames<ExplainMethod> {
  static constexpr std::array table = {EnumName{ExplainMethod::gradients, "gradients"},
                                       EnumName{ExplainMethod::occlusion, "occlusion"},
                                       EnumName{ExplainMethod::attention, "attention"}};
};

}  // namespace mnemo
