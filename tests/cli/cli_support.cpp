#include "tests/cli/cli_support.h"

#include <unistd.h>

#include <sstream>
#include <stdexcept>

#include "common/files.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

// A run and its export, removed when the tests are over.
class SharedModels {
 public:
  SharedModels() {
    fs::create_directories(folder_);
    require(train(run));
    require(run_mnemo({"export", run.string(), "--out", exported.string()}));
  }
  ~SharedModels() { fs::remove_all(folder_); }

 private:
  static void require(const Outcome& outcome) {
    if (outcome.exit_code != 0) throw std::runtime_error("no model to test with: " + outcome.err);
  }

  const fs::path folder_ =
      fs::path(::testing::TempDir()) / ("mnemo_cli_" + std::to_string(::getpid()));

 public:
  const fs::path run = folder_ / "run";
  const fs::path exported = folder_ / "model.pt";
};

const SharedModels& shared_models() {
  static const SharedModels models;
  return models;
}

::testing::AssertionResult failure(const Outcome& outcome, const std::string& what) {
  return ::testing::AssertionFailure() << what << "\nexit code: " << outcome.exit_code
                                       << "\nstdout: " << outcome.out.substr(0, 1000)
                                       << "\nstderr: " << outcome.err.substr(0, 1000);
}

}  // namespace

Outcome run_mnemo(const Arguments& arguments, const std::string& input) {
  Arguments command = {MNEMO_BINARY};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_program(command, input);
}

std::string sample(const std::string& name) {
  return (fs::path(MNEMO_SAMPLE_DATA) / name).string();
}

Arguments small_training(const fs::path& out, const Options& changes) {
  Options options = {{"train", sample("reviews_train.csv")},
                     {"out", out.string()},
                     {"epochs", "5"},
                     {"learning-rate", "0.02"},
                     {"embedding-dropout", "0"},
                     {"dropout", "0.2"},
                     {"vocab-size", "1000"},
                     {"embedding-dim", "32"},
                     {"hidden-size", "32"},
                     {"bidirectional", "false"},
                     {"ngrams", "0"},
                     {"threads", "1"}};
  for (const auto& [name, value] : changes) options[name] = value;
  Arguments arguments = {"train", "text"};
  for (const auto& [name, value] : options) {
    arguments.push_back("--" + name);
    arguments.back() += "=" + value;
  }
  return arguments;
}

Outcome train(const fs::path& out, const Options& changes) {
  return run_mnemo(small_training(out, changes));
}

const fs::path& trained_run() { return shared_models().run; }
const fs::path& exported_model() { return shared_models().exported; }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Options with(Options options, const Options& changes) {
  for (const auto& [name, value] : changes) options[name] = value;
  return options;
}

nlohmann::json evaluated(const Arguments& arguments) {
  Arguments command = {"evaluate", "--json"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const auto outcome = run_mnemo(command);
  EXPECT_TRUE(succeeded(outcome));
  return nlohmann::json::parse(outcome.out);
}

double number(const nlohmann::json& object, const char* key) {
  return object.at(key).get<double>();
}

std::string weights_of(const fs::path& run) { return read_file(run / "weights.safetensors"); }

nlohmann::json json_in(const fs::path& file) { return nlohmann::json::parse(read_file(file)); }

std::vector<std::string> keys_of(const nlohmann::json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

::testing::AssertionResult succeeded(const Outcome& outcome) {
  return outcome.exit_code == 0 ? ::testing::AssertionSuccess() : failure(outcome, "mnemo failed");
}

::testing::AssertionResult refused(const Outcome& outcome, int exit_code, const Arguments& parts) {
  if (outcome.exit_code != exit_code) {
    return failure(outcome, "expected exit code " + std::to_string(exit_code));
  }
  if (!outcome.out.empty()) return failure(outcome, "expected nothing on standard output");
  const auto lines = lines_of(outcome.err);
  if (lines.empty() || !lines.back().starts_with("mnemo: ")) {
    return failure(outcome, "expected a last line that begins with \"mnemo: \"");
  }
  for (const auto& part : parts) {
    if (lines.back().find(part) == std::string::npos) {
      return failure(outcome, "expected the message to say: " + part);
    }
  }
  return ::testing::AssertionSuccess();
}

}  // namespace mnemo
