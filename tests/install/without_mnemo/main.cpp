// Classifies texts, one a line of standard input, with a model that `mnemo export` wrote: LibTorch
// and SentencePiece alone. The C++ twin of scripts/reference/run_exported.py.
#include <sentencepiece_processor.h>
#include <torch/script.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// The text after `"key":` in the JSON that mnemo writes. Inside a string a quotation mark is
// escaped, so a label cannot look like a key.
std::string after_key(const std::string& json, const std::string& key) {
  const auto place = json.find('"' + key + "\":");
  if (place == std::string::npos) throw std::runtime_error("mnemo.json has no \"" + key + '"');
  return json.substr(json.find_first_not_of(" \n", place + key.size() + 3));
}

// The strings up to the first `]` outside of them, or the one string where there is no list.
std::vector<std::string> strings(const std::string& json) {
  std::vector<std::string> found;
  bool inside = false;
  for (size_t i = json.front() == '[' ? 1 : 0; i < json.size(); ++i) {
    if (!inside && json[i] == ']') break;
    if (json[i] == '"') {
      if (!inside)
        found.emplace_back();
      else if (json.front() != '[')
        break;
      inside = !inside;
    } else if (inside) {
      if (json[i] == '\\')
        ++i;  // an escaped quotation mark or backslash; mnemo writes UTF-8 as it is
      found.back() += json[i];
    }
  }
  return found;
}

struct Settings {
  std::vector<std::string> labels;
  std::string truncate;
  size_t max_length = 0;
};

Settings parse(const std::string& json) {
  return {strings(after_key(json, "labels")), strings(after_key(json, "truncate")).at(0),
          std::stoul(after_key(json, "max_length"))};
}

// Keeps the head of a text that is too long, its tail, or half of each.
std::vector<int64_t> truncated(const std::vector<int>& pieces, const Settings& settings) {
  const size_t most = settings.max_length;
  if (pieces.size() <= most) return {pieces.begin(), pieces.end()};
  const size_t tail = settings.truncate == "head"   ? 0
                      : settings.truncate == "tail" ? most
                                                    : most / 2;
  std::vector<int64_t> ids(pieces.begin(), pieces.begin() + static_cast<long>(most - tail));
  ids.insert(ids.end(), pieces.end() - static_cast<long>(tail), pieces.end());
  return ids;
}

int run(const std::string& path) {
  torch::jit::ExtraFilesMap extra = {{"tokenizer.model", ""}, {"mnemo.json", ""}};
  torch::jit::Module model = torch::jit::load(path, torch::kCPU, extra);
  model.eval();
  const Settings settings = parse(extra["mnemo.json"]);
  sentencepiece::SentencePieceProcessor tokenizer;
  const auto status = tokenizer.LoadFromSerializedProto(extra["tokenizer.model"]);
  if (!status.ok()) throw std::runtime_error(path + ": tokenizer: " + status.ToString());

  const c10::InferenceMode no_gradients;
  for (std::string line; std::getline(std::cin, line);) {
    std::vector<int> pieces = tokenizer.EncodeAsIds(line);
    if (pieces.empty()) pieces.push_back(tokenizer.unk_id());  // a sequence has at least one step
    const std::vector<int64_t> ids = truncated(pieces, settings);
    const auto tokens = torch::tensor(ids).unsqueeze(0);  // (1, T)
    const auto lengths = torch::tensor({static_cast<int64_t>(ids.size())});
    const auto probabilities = model.forward({tokens, lengths}).toTensor()[0];  // (C)
    const auto best = probabilities.argmax().item<int64_t>();
    std::printf("%s\t%.6f\n", settings.labels.at(static_cast<size_t>(best)).c_str(),
                probabilities[best].item<double>());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 2) return run(argv[1]);
  std::fprintf(stderr, "usage: classify MODEL.pt <TEXTS\n");
  return 2;
} catch (const c10::Error& error) {
  std::fprintf(stderr, "classify: %s\n", error.what_without_backtrace());
  return 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "classify: %s\n", error.what());
  return 1;
}
