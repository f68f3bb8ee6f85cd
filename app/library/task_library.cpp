#include "app/library/task_library.h"

#include <array>

#include "app/library/model_export.h"

namespace mnemo {

const TaskLibrary& library_of(Task task) {
  static constexpr std::array kRows = {TaskLibrary{.task = Task::text,
                                                   .class_name = "mnemo::Classifier",
                                                   .evaluate = evaluate_text,
                                                   .export_run = export_text},
                                       TaskLibrary{.task = Task::series,
                                                   .class_name = "mnemo::SeriesModel",
                                                   .evaluate = evaluate_series,
                                                   .export_run = export_series},
                                       TaskLibrary{.task = Task::forecast,
                                                   .class_name = "mnemo::Forecaster",
                                                   .evaluate = evaluate_forecast,
                                                   .export_run = export_forecast}};
  return row_of(kRows, task);
}

}  // namespace mnemo
