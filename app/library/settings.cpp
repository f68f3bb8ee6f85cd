#include "mnemo/settings.h"

#include "app/library/data_options.h"
#include "app/library/task_library.h"

namespace mnemo {

std::vector<SettingInfo> training_settings(const std::string& task, const std::string& preset) {
  return library_of(named<Task>("task", task)).settings(preset);
}

}  // namespace mnemo
