#include "app/tasks/text/import_text.h"

#include <fmt/format.h>

#include "app/tasks/text/text_settings.h"
#include "app/tasks/text/text_targets.h"
#include "app/tasks/text/train_text_options.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

void require_labels_of(TextAnswer answer, const std::vector<std::string>& labels) {
  if (answer == TextAnswer::numbers) {
    if (labels.empty()) return;
    throw SettingError("labels",
                       "are for a model that answers with them, and `target-kind` is number",
                       "leave them out");
  }
  require_labels(labels, answer == TextAnswer::classes ? 2 : 1);
}

// Counts those of a classifier whose settings say that it has some.
int64_t count_ngrams(const ImportedWeights& weights, const std::string& path) {
  const torch::Tensor* keys = weights.find("ngrams.keys");
  if (keys != nullptr && keys->dim() == 1 && keys->size(0) > 0 &&
      keys->scalar_type() == at::kLong) {
    return keys->size(0);
  }
  throw Error(
      fmt::format("{}: the settings have `ngrams`, and the file has no list of int64 numbers "
                  "named ngrams.keys; give it those, or settings with `ngrams` 0",
                  path));
}

void warn_of_html(const TrainTextOptions& like, const Tokenizer& tokenizer,
                  const std::string& config, const Warn& warn) {
  const bool keeps_html = tokenizer.normalize("a<br />b").find('<') != std::string::npos;
  if (!like.tokenizer.strip_html || !keeps_html) return;
  warn(fmt::format(
      "{} says strip-html, and {} leaves HTML in: a model that was trained on texts without it "
      "should be given such texts, too",
      config, like.tokenizer_file));
}

}  // namespace

ImportedModel import_text(const ImportRequest& request, const Warn& warn) {
  Settings given = {{"embedding-vectors", ""}, {"freeze-embedding", "false"}};
  if (!request.tokenizer.empty()) given.emplace("tokenizer", request.tokenizer);
  TrainTextOptions like;  // there is no training file to ask for, so they are only read
  std::string config = settings_of_import(request, given, /*is_checked=*/false, like);
  validate_model(like);
  const auto answer = answer_of(like.target_kind, /*has_several=*/false);
  require_labels_of(answer, request.labels);
  if (like.tokenizer_file.empty()) {
    throw SettingError("tokenizer",
                       "is missing: name the SentencePiece model whose ids the model reads");
  }
  const Tokenizer tokenizer = Tokenizer::load(like.tokenizer_file);
  warn_of_html(like, tokenizer, request.config, warn);
  TextSettings settings{.model = like.model,
                        .limit = like.limit,
                        .labels = LabelSet(request.labels),
                        .reader = remembered(like.reader, like.reader.format, "")};
  settings.reader.several_labels = answer == TextAnswer::labels;
  settings.model.answer = answer;
  settings.model.vocab_size = tokenizer.vocab_size();
  complete_model(settings);
  settings.model.transformer.longest = settings.limit.max_length;
  settings.model.ngrams = like.ngrams.longest;
  const ImportedWeights weights(request.weights);
  if (settings.model.ngrams > 0) {
    settings.model.ngram_count = count_ngrams(weights, request.weights);
  }
  TextClassifier model(settings.model);
  weights.load_into(*model);
  if (settings.model.ngrams > 0) model->ngrams()->require_ascending(request.weights);
  return {.model = model.ptr(),
          .settings = to_json(settings),
          .data = weights.origin(/*train=*/"", /*train_sha256=*/""),
          .config_text = std::move(config),
          .tokenizer = tokenizer.bytes()};
}

}  // namespace mnemo
