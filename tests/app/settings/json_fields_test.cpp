#include "app/settings/json_fields.h"

#include <gtest/gtest.h>

#include "app/settings/data_json.h"
#include "app/settings/enum_tables.h"
#include "tests/common/test_helpers.h"

namespace mnemo {
namespace {

struct Example {
  int64_t layers = 1;
  Cell cell = Cell::lstm;
  std::vector<Pooling> pooling = {Pooling::max};
  LabelSet labels = LabelSet({"no", "yes"});
  std::vector<Scaling> scaling = {{.offset = 2.0, .scale = 0.5}};
  double dropout = 0.5;
};

template <typename Fields, typename Options>
void describe_example(Fields& fields, Options& example) {
  fields.field("layers", example.layers);
  fields.object("encoder", [&](auto& inner) {
    inner.field("cell", example.cell);
    inner.field("pooling", example.pooling);
  });
  fields.field("labels", example.labels);
  fields.field("scaling", example.scaling);
  fields.newer("dropout", example.dropout, 0.0);
  fields.note("width", 3);
}

nlohmann::json written(const Example& example) {
  FieldWriter fields;
  describe_example(fields, example);
  return fields.take();
}

Example read(const nlohmann::json& json) {
  Example example;
  FieldReader fields(json);
  describe_example(fields, example);
  return example;
}

TEST(JsonFields, AreReadAsTheyWereWritten) {
  const Example example{.layers = 3,
                        .cell = Cell::gru,
                        .pooling = {Pooling::mean, Pooling::last},
                        .labels = LabelSet({"b", "a"}),
                        .scaling = {{.offset = -1.0, .scale = 4.0}, {}},
                        .dropout = 0.25};
  const auto json = written(example);
  EXPECT_EQ(json.at("encoder"), nlohmann::json({{"cell", "gru"}, {"pooling", {"mean", "last"}}}));
  EXPECT_EQ(json.at("labels"), nlohmann::json({"b", "a"}));
  EXPECT_EQ(json.at("width"), 3);
  EXPECT_EQ(written(read(json)), json);
}

TEST(JsonFields, NewerOnesMeanWhatOlderFilesMeant) {
  auto json = written({});
  json.erase("dropout");
  EXPECT_EQ(read(json).dropout, 0.0);
}

TEST(JsonFields, TellWhichIsMissingOrWrong) {
  const auto told = [](const char* pointer, const nlohmann::json& value) {
    auto json = written({});
    const nlohmann::json::json_pointer place(pointer);
    if (value.is_null()) {
      json.at(place.parent_pointer()).erase(place.back());
    } else {
      json[place] = value;
    }
    return message_of([&] { read_settings("x.json", [&] { return read(json); }); });
  };
  EXPECT_TRUE(
      contains(told("/layers", nullptr), "x.json: the model's settings are not as expected"));
  EXPECT_TRUE(contains(told("/layers", nullptr), "key 'layers' not found"));
  EXPECT_TRUE(
      contains(told("/encoder/cell", "mamba"), "\"cell\" is \"mamba\", expected one of: lstm"));
  EXPECT_TRUE(contains(told("/encoder/pooling", {"max", "min"}), "\"pooling\" is \"min\""));
  EXPECT_TRUE(contains(told("/layers", "three"), "type must be number"));
}

}  // namespace
}  // namespace mnemo
