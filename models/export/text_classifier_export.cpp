#include "models/export/text_classifier_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "models/export/sequence_source.h"
#include "models/export/text_classifier_source.h"
#include "models/sequence_batch.h"

namespace mnemo {
namespace {

at::Tensor random_ids(int64_t count, int64_t vocab_size) {
  auto generator = at::globalContext().defaultGenerator(at::kCPU).clone();
  generator.set_current_seed(7);
  return at::randint(1, vocab_size, {count}, generator, at::TensorOptions(at::kLong));
}

// Sequences of unequal length, each from 1 to `longest`.
struct Probe {
  at::Tensor tokens;   // (B, T)
  at::Tensor lengths;  // (B)
  SequenceBatch batch;
};

using Ngrams = std::vector<std::vector<int32_t>>;

// Writes n-grams that the model knows over the later half of a row, and again over its end.
void spread(const Ngrams& ngrams, int64_t first, at::Tensor row) {
  int64_t at = row.size(0) / 2;
  for (size_t i = 0; i < ngrams.size(); ++i) {
    for (const int32_t id : ngrams[(static_cast<size_t>(first) + i) % ngrams.size()]) {
      if (at == row.size(0)) return;
      row[at++] = id;
    }
  }
}

// `ngrams`: some that the model knows, which random ids would hardly ever be; or none.
Probe make_probe(int64_t sequences, int64_t longest, int64_t vocab_size, const Ngrams& ngrams) {
  Probe probe;
  probe.tokens = at::zeros({sequences, longest}, at::kLong);
  std::vector<std::vector<int32_t>> ids(static_cast<size_t>(sequences));
  std::vector<int64_t> lengths;
  for (int64_t b = 0; b < sequences; ++b) {
    const int64_t length = std::max<int64_t>(1, longest - b * longest / sequences);
    const auto row = random_ids(length, vocab_size);
    spread(ngrams, b, row);
    probe.tokens[b].narrow(0, 0, length).copy_(row);
    const auto values = row.accessor<int64_t, 1>();
    for (int64_t t = 0; t < length; ++t) {
      ids[static_cast<size_t>(b)].push_back(static_cast<int32_t>(values[t]));
    }
    lengths.push_back(length);
  }
  probe.lengths = at::tensor(lengths, at::kLong);
  const std::vector<std::span<const int32_t>> spans(ids.begin(), ids.end());
  probe.batch = pack_ids(spans);
  return probe;
}

void require_equal(TextClassifier& model, TorchScriptModel& exported) {
  struct Size {
    int64_t sequences, longest;
  };
  constexpr int64_t kNgrams = 40;
  const auto& options = model->options();
  const auto ngrams =
      options.ngrams > 0 ? model->ngrams()->some_ngrams(kNgrams, options.vocab_size) : Ngrams();
  for (const auto& [sequences, wanted] : {Size{1, 1}, Size{3, 17}, Size{8, 64}}) {
    const int64_t longest = longest_readable(options.encoder.cell, options.transformer, wanted);
    const auto probe = make_probe(sequences, longest, options.vocab_size, ngrams);
    const auto expected = model->answers(model->forward(probe.batch).logits);
    const auto found = exported.forward({probe.tokens, probe.lengths});
    require_equal_export(expected, found, fmt::format("batch {}, length {}", sequences, longest));
  }
}

}  // namespace

std::string export_text_classifier(TextClassifier& model, const ExtraFiles& extra_files) {
  const at::NoGradGuard no_grad;
  model->eval();
  std::string bytes = to_torchscript(*model, "TextClassifier",
                                     text_classifier_source(model->options()), extra_files);
  TorchScriptModel reloaded(bytes, {}, "the exported model");
  require_equal(model, reloaded);
  return bytes;
}

}  // namespace mnemo
