// Language models, and the classifiers that begin with them.
#include <unistd.h>

#include <cstdint>
#include <cstring>

#include "common/files.h"
#include "tests/cli/cli_support.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// The bytes of each tensor of a safetensors file.
std::map<std::string, std::string> tensors_in(const fs::path& file) {
  const std::string bytes = read_file(file);
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const auto header = nlohmann::json::parse(bytes.substr(sizeof length, length));
  std::map<std::string, std::string> tensors;
  for (const auto& [name, about] : header.items()) {
    if (!about.contains("data_offsets")) continue;
    const auto [begin, end] = about.at("data_offsets").get<std::pair<size_t, size_t>>();
    tensors[name] = bytes.substr(sizeof length + length + begin, end - begin);
  }
  return tensors;
}

// A language model of the sample reviews, made once, and classifiers that begin with it.
class Pretraining : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Folder>();
    pretrained_ = run_mnemo({"pretrain", "text", "--data",
                             sample("reviews_train.csv") + "," + sample("reviews_test.csv"),
                             "--out", start().string(), "--epochs=2", "--hidden-size=12",
                             "--embedding-dim=16", "--vocab-size=300", "--threads=1"});
  }
  static void TearDownTestSuite() { folder_.reset(); }
  void SetUp() override { ASSERT_TRUE(succeeded(pretrained_)); }

  static fs::path start() { return folder_->path / "start"; }
  static fs::path out() { return folder_->path / "run"; }
  static Outcome fine_tune(const Arguments& more) {
    Arguments arguments = {"train",      "text",         "--train",     sample("reviews_train.csv"),
                           "--out",      out().string(), "--init-from", start().string(),
                           "--epochs=1", "--threads=1",  "--overwrite"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_mnemo(arguments);
  }
  static std::map<std::string, std::string> start_tensors() {
    return tensors_in(start() / "weights.safetensors");
  }
  static std::map<std::string, std::string> tensors() {
    return tensors_in(out() / "weights.safetensors");
  }

 private:
  struct Folder {
    fs::path path =
        fs::path(testing::TempDir()) / ("mnemo_pretraining_" + std::to_string(::getpid()));
    Folder() { fs::remove_all(path); }
    ~Folder() { fs::remove_all(path); }
  };
  static inline std::unique_ptr<Folder> folder_;
  static inline Outcome pretrained_;
};

TEST_F(Pretraining, LearnsToPredict) {
  const auto lines = lines_of(read_file(start() / "metrics.jsonl"));
  ASSERT_EQ(lines.size(), 2U);
  const auto bits = [&](size_t epoch) {
    return nlohmann::json::parse(lines[epoch]).at("valid_bits").get<double>();
  };
  EXPECT_LT(bits(1), bits(0));
  EXPECT_LT(bits(0), 8.15) << "log2(300) is 8.23: what knows nothing";
  EXPECT_TRUE(
      refused(run_mnemo({"evaluate", start().string(), "--data", sample("reviews_test.csv")}), 1,
              {"pretrained language model", "--init-from"}));
  EXPECT_TRUE(contains(run_mnemo({"info", start().string()}).out, "pretrained-text"));
  EXPECT_TRUE(refused(run_mnemo({"diagnose", start().string()}), 1, {"pretrained language model"}));
}

TEST_F(Pretraining, RefusesWhatWouldBeOfNoEffect) {
  const auto pretrain = [&](const std::string& option) {
    return run_mnemo({"pretrain", "text", "--data", sample("reviews_train.csv"), "--out",
                      out().string(), option});
  };
  EXPECT_TRUE(refused(pretrain("--activation=relu"), 2, {"--activation relu", "--cell rnn"}));
  EXPECT_TRUE(refused(pretrain("--cell=transformer"), 2, {"--cell transformer"}));
  EXPECT_TRUE(refused(pretrain("--layers=2"), 2, {"--bidirectional false"}));
  EXPECT_TRUE(refused(run_mnemo({"pretrain", "text", "--data", sample("reviews_train.csv"), "--out",
                                 out().string(), "--cell=gru", "--forget-bias=1"}),
                      2, {"--forget-bias", "--cell lstm"}));
}

TEST_F(Pretraining, GivesClassifiersTheirStart) {
  // Nothing below the dense layer learns in so many steps, so all of it is the language model's.
  const auto trained = fine_tune({"--unfreeze-steps=1000000"});
  ASSERT_TRUE(succeeded(trained));
  EXPECT_TRUE(contains(trained.err, "drawn anew: "));
  EXPECT_TRUE(contains(trained.err, "is a language model"));
  EXPECT_TRUE(contains(trained.err, "some layers would learn only after them"));
  const auto model = json_in(out() / "meta.json").at("settings").at("model");
  EXPECT_EQ(model.at("hidden_size"), 12);
  EXPECT_EQ(model.at("embedding_dim"), 16);
  EXPECT_EQ(read_file(out() / "tokenizer.model"), read_file(start() / "tokenizer.model"));
  const auto before = start_tensors(), after = tensors();
  int shared = 0;
  for (const auto& [name, bytes] : before) {
    if (!after.contains(name)) continue;
    EXPECT_EQ(after.at(name), bytes) << name;
    ++shared;
  }
  EXPECT_EQ(shared, 9) << "the embedding, and four tensors of each direction";

  EXPECT_TRUE(
      refused(fine_tune({"--hidden-size=20"}), 2, {"--hidden-size 20", "pretrained with 12"}));
  EXPECT_TRUE(refused(fine_tune({"--heads=5"}), 2, {"--heads", "24"}))
      << "the sizes that are checked are those that are trained";
}

TEST_F(Pretraining, LayersThatWaitLessOrNotAtAllLearn) {
  const std::string recurrent = "encoder.weight_hh_l0", embedding = "embedding.weight";
  ASSERT_TRUE(succeeded(fine_tune({"--unfreeze-steps=1"})));
  EXPECT_NE(tensors().at(recurrent), start_tensors().at(recurrent));
  EXPECT_NE(tensors().at(embedding), start_tensors().at(embedding));
  const auto all_alike = tensors();
  ASSERT_TRUE(succeeded(fine_tune({"--unfreeze-steps=1", "--layer-rate=0.5"})));
  EXPECT_NE(tensors().at(recurrent), all_alike.at(recurrent));
  ASSERT_TRUE(succeeded(fine_tune({"--unfreeze-steps=1", "--layer-rate=1"})));
  EXPECT_EQ(tensors(), all_alike) << "the plain rate is that of no such option";
}

}  // namespace
}  // namespace mnemo
