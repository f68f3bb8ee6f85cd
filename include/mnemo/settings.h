// Trainings can be told these: the settings of `mnemo train TASK`. Messages name them, too.
//
//   for (const auto& setting : mnemo::training_settings("text")) {
//     // setting.name, setting.default_value, setting.help
//   }
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mnemo/error.h"

namespace mnemo {

enum class SettingKind { flag, integer, number, text, list };

struct SettingInfo {
  std::string name = {};   // as TrainingOptions::settings has it: "hidden-size"
  std::string group = {};  // the heading that it stands under
  std::string help = {};   // what it means; of a choice, its names behind a colon: "a|b"
  // The value as text: of a flag "true" or "false", of a list its items joined by commas; empty:
  // none.
  std::string default_value = {};
  SettingKind kind = SettingKind::text;  // integers and numbers may also be "auto"
};

// All settings of a task, "text", "series", "forecast" or "pretrained-text" (pretrain_text()), with
// the values that a preset gives them ("default", "best", ...). Throws UsageError for a task or a
// preset that there is not. Safe to call from many threads at once.
std::vector<SettingInfo> training_settings(const std::string& task,
                                           const std::string& preset = "default");

// Messages, those of errors and of Reporter, name settings in backquotes, as in "`hidden-size` 0:
// expected ...". Returns such a message with what `shown` makes of each name in place of the name
// and its backquotes, for readers who know settings otherwise, as Python's "hidden_size". A name is
// of small letters, digits and hyphens, begins with a letter, and stands by itself: what is in
// backquotes within a file's name or another quotation stays as it is.
std::string with_setting_names(std::string_view message,
                               const std::function<std::string(std::string_view name)>& shown);

}  // namespace mnemo
