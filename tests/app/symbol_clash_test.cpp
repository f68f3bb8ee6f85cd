// SentencePiece and LibTorch in one process: unless SentencePiece's symbols stay local, its
// FLAGS_minloglevel and c10's overwrite each other and the first TorchScript call hangs.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "datasets/tokenizer.h"
#include "models/export/text_classifier_export.h"
#include "models/initialization.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

TEST(SymbolClash, ATokenizerIsTrainedAndThenATorchScriptModuleRuns) {
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i) texts.push_back("a small text of number " + std::to_string(i));
  const auto tokenizer = Tokenizer::train(TextSource::of(texts),
                                          {.type = TokenizerType::character, .vocab_size = 100});

  TextClassifierOptions options;
  options.vocab_size = tokenizer.vocab_size();
  options.classes = 2;
  TextClassifier model(options);
  initialize_parameters(*model, {}, test_generator());
  TorchScriptModel exported(export_text_classifier(model, {}), {}, "test");

  std::vector<int32_t> ids;
  tokenizer.encode(texts.front(), ids);
  const auto tokens = at::tensor(std::vector<int64_t>(ids.begin(), ids.end())).unsqueeze(0);
  const auto lengths = at::tensor({static_cast<int64_t>(ids.size())}, at::kLong);
  EXPECT_NEAR(exported.forward({tokens, lengths}).sum().item<double>(), 1.0, 1e-6);
}

}  // namespace
}  // namespace mnemo
