#include "app/report/report_data.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app/runs/run_folder.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

// The report's data of a run of that task, trained on a file of that name. In its commands the run
// is RUN.
nlohmann::json report_data_of(Task task, const std::string& train_file) {
  const TestFolder folder;
  const auto run = folder.path() / "run";
  {
    RunFolder writer(run, IfExists::refuse);
    writer.add_file(kConfigFile, "hidden-size = 8\n");
    writer.save_weights("weights",
                        {{"task", enum_name(task)}, {"data", {{"train_file", train_file}}}});
  }
  auto data = report_data(run, task, "hidden-size = 4\n", {});
  for (auto& row : data["commands"]) {
    auto command = row.at(1).get<std::string>();
    row[1] = command.replace(command.find(run.string()), run.string().size(), "RUN");
  }
  return data;
}

TEST(ReportData, SaysOfEachTaskWhatTheRunIsAndWhatToDoWithIt) {
  const auto text = report_data_of(Task::text, "reviews.tsv.gz");
  EXPECT_EQ(text.at("what"), "text classifier");
  EXPECT_TRUE(text.at("gives_answers").get<bool>());
  EXPECT_EQ(text.at("commands").at(0).at(1), "mnemo evaluate RUN --data test.tsv");
  EXPECT_EQ(text.at("commands").at(1),
            nlohmann::json::array({"Ask it:", "mnemo predict RUN --input new.tsv"}));
  EXPECT_EQ(text.at("commands").at(2).at(1), "mnemo explain RUN --text \"...\"");

  const auto series = report_data_of(Task::series, "motions");
  EXPECT_EQ(series.at("what"), "model of numeric series");
  EXPECT_EQ(series.at("commands").at(2).at(1), "mnemo explain RUN --input new.ts");

  const auto forecast = report_data_of(Task::forecast, "load");
  EXPECT_EQ(forecast.at("what"), "forecaster");
  EXPECT_EQ(forecast.at("commands").at(1),
            nlohmann::json::array({"Forecast what comes after a file of rows:",
                                   "mnemo predict RUN --input history.csv"}));

  const auto language = report_data_of(Task::language, "texts.csv");
  EXPECT_EQ(language.at("what"), "pretrained language model");
  EXPECT_FALSE(language.at("gives_answers").get<bool>());
  EXPECT_EQ(language.at("commands").size(), 1U);
  EXPECT_EQ(language.at("commands").at(0).at(1),
            "mnemo train text --train reviews.csv --init-from RUN --out runs/classifier");
}

TEST(ReportData, ShowsTheSettingsThatAreNoDefaults) {
  EXPECT_EQ(report_data_of(Task::text, "a.csv").at("changed"),
            nlohmann::json::array({nlohmann::json::array({"hidden-size", "8", "4"})}));
}

}  // namespace
}  // namespace mnemo
