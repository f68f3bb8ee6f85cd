#include "mnemo/settings.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mnemo {
namespace {

SettingInfo setting(const std::string& name, const std::string& task,
                    const std::string& preset = "default") {
  for (const auto& one : training_settings(task, preset)) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << task << " has no " << name;
  return {};
}

TEST(TrainingSettings, TellNameHeadingMeaningDefaultAndKind) {
  const auto size = setting("hidden-size", "text");
  EXPECT_EQ(size.group, "Model");
  EXPECT_EQ(size.help, "units of a direction; a transformer's width");
  EXPECT_EQ(size.default_value, "128");
  EXPECT_EQ(size.kind, SettingKind::integer);
  EXPECT_EQ(setting("bidirectional", "series").kind, SettingKind::flag);
  EXPECT_EQ(setting("learning-rate", "series").kind, SettingKind::number);
  EXPECT_EQ(setting("hidden-sizes", "series").kind, SettingKind::list);
  EXPECT_EQ(setting("pooling", "text").kind, SettingKind::list);
  EXPECT_EQ(setting("cell", "forecast").kind, SettingKind::text);
  EXPECT_EQ(setting("epochs", "forecast").default_value, "auto");
}

TEST(TrainingSettings, AreThoseOfThePreset) {
  EXPECT_NE(setting("learning-rate", "forecast", "article").default_value,
            setting("learning-rate", "forecast").default_value);
  EXPECT_EQ(setting("preset", "forecast", "article").default_value, "article");
}

TEST(TrainingSettings, RefuseWhatThereIsNot) {
  EXPECT_THROW(training_settings("speech"), UsageError);
  EXPECT_THROW(training_settings("text", "finest"), UsageError);
}

}  // namespace
}  // namespace mnemo
