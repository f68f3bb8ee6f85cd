// The mnemo program as a user runs it, and what the tests of this folder share.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/subprocess.h"
#include "tests/common/test_helpers.h"

namespace mnemo {

using Arguments = std::vector<std::string>;
using Options = std::map<std::string, std::string>;  // {"epochs", "3"} is --epochs=3

Outcome run_mnemo(const Arguments& arguments, const std::string& input = "");

// A file of datasets/sample.
std::string sample(const std::string& name);

// `mnemo train text` for a model without n-grams that trains on the sample reviews in a second.
// `changes` replace and add to its options.
Arguments small_training(const std::filesystem::path& out, const Options& changes = {});
Outcome train(const std::filesystem::path& out, const Options& changes = {});
Options with(Options options, const Options& changes);
// Runs `mnemo evaluate --json`, which must succeed, and returns what it prints.
nlohmann::json evaluated(const Arguments& arguments);

// Trained and exported at the first call, for all tests of the program. Never change them.
const std::filesystem::path& trained_run();
const std::filesystem::path& exported_model();

std::vector<std::string> lines_of(const std::string& text);
nlohmann::json json_in(const std::filesystem::path& file);
double number(const nlohmann::json& object, const char* key);
std::string weights_of(const std::filesystem::path& run);  // the bytes of its weights' file
std::vector<std::string> keys_of(const nlohmann::json& object);

// EXPECT_TRUE takes these. Done: exit code 0.
::testing::AssertionResult succeeded(const Outcome& outcome);
// Refused as mnemo refuses: this exit code, nothing on standard output, and a last line on standard
// error that begins with "mnemo: " and holds all `parts`.
::testing::AssertionResult refused(const Outcome& outcome, int exit_code, const Arguments& parts);

}  // namespace mnemo
