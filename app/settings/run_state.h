// The state of the training that made a run, as meta.json names it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/support/enum_names.h"

namespace mnemo {

enum class RunState {
  unknown,  // no meta.json says, or one of a later mnemo says something else
  training,
  interrupted,  // or paused
  finished,
  stopped_early,
  diverged,
  imported,
};

template <>
struct EnumNames<RunState> {
  static constexpr std::array table = {EnumName{RunState::unknown, ""},
                                       EnumName{RunState::training, "training"},
                                       EnumName{RunState::interrupted, "interrupted"},
                                       EnumName{RunState::finished, "finished"},
                                       EnumName{RunState::stopped_early, "stopped early"},
                                       EnumName{RunState::diverged, "diverged"},
                                       EnumName{RunState::imported, "imported"}};
};

inline RunState run_state_in(const nlohmann::json& meta) {
  return enum_from_name<RunState>(meta.value("status", std::string())).value_or(RunState::unknown);
}

// True when such a training came to its end.
inline bool is_done(RunState state) {
  return state == RunState::finished || state == RunState::stopped_early;
}

}  // namespace mnemo
