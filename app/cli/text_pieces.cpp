#include "app/cli/text_pieces.h"

#include <fmt/format.h>

#include "app/seeds.h"

namespace mnemo {

Tokenizer make_tokenizer(const TokenizerRequest& request, const TextPart& train, int64_t threads,
                         Console& console) {
  if (!request.file.empty()) return Tokenizer::load(request.file);
  auto settings = request.options;
  settings.seed = seed_for(request.seed, SeedUse::tokenizer);
  settings.threads = threads;
  console.progress("training the tokenizer ...");
  auto tokenizer = Tokenizer::train(train.source(), settings);
  if (tokenizer.vocab_size() < settings.vocab_size) {
    console.note(
        fmt::format("the texts give {} tokenizer pieces; --vocab-size {} was shrunk to that",
                    tokenizer.vocab_size(), settings.vocab_size));
  }
  return tokenizer;
}

std::shared_ptr<const TokenFile> encode_all(const TextPart& part, const Tokenizer& tokenizer,
                                            const LengthLimit& limit, int64_t threads,
                                            const CacheFolder& cache, Console& console) {
  return encode_part(part, tokenizer, limit, threads, cache, [&](int64_t done) {
    console.progress(fmt::format("encoding: {} of {} texts", done, part.texts->size()));
  });
}

}  // namespace mnemo
