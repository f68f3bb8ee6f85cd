#include "app/report/report_words.h"

#include <array>

namespace mnemo {

const ReportWords& report_words_of(Task task) {
  static constexpr std::array kRows = {
      ReportWords{.task = Task::text,
                  .what = "text classifier",
                  .ending = ".csv",
                  .asked = "new",
                  .asking = "Ask it:",
                  .question = "--text \"...\""},
      ReportWords{.task = Task::series,
                  .what = "model of numeric series",
                  .ending = ".ts",
                  .asked = "new",
                  .asking = "Ask it:"},
      ReportWords{.task = Task::forecast,
                  .what = "forecaster",
                  .ending = ".csv",
                  .asked = "history",
                  .asking = "Forecast what comes after a file of rows:"},
      ReportWords{.task = Task::language,
                  .what = "pretrained language model",
                  .use = "Begin a text classifier with it:",
                  .command = "mnemo train text --train reviews.csv --init-from {} --out "
                             "runs/classifier"}};
  return row_of(kRows, task);
}

}  // namespace mnemo
