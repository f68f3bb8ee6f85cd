#include "app/tasks/text/text_pieces.h"

#include <fmt/format.h>

#include <utility>

#include "app/settings/enum_tables.h"
#include "app/support/seeds.h"
#include "common/sha256.h"
#include "common/version.h"

namespace mnemo {

namespace {

// Names what a tokenizer depends on.
std::string tokenizer_key(const TokenizerOptions& options, const TextPart& train) {
  Sha256 hash;
  hash.update(fmt::format("tokenizer {} {} {} {} {} {} {} {} {}\n", kVersion,
                          train.texts->fingerprint(), enum_name(options.type), options.vocab_size,
                          options.lowercase, options.strip_html, options.character_coverage,
                          options.sample_bytes, options.seed));
  for (const int32_t row : train.rows) hash.update(fmt::format("{} ", row));
  return hash.hex();
}

Tokenizer train_tokenizer(const TokenizerOptions& options, const TextPart& train,
                          const CacheFolder& cache, Reporter& reporter) {
  const std::string name = tokenizer_key(options, train) + ".tokenizer";
  if (auto bytes = cache.read(name)) {
    try {
      return Tokenizer::from_bytes(std::move(*bytes), cache.entry(name).string());
    } catch (const std::exception&) {  // of another version; it is made anew
    }
  }
  reporter.progress("training the tokenizer ...");
  auto tokenizer = Tokenizer::train(train.source(), options);
  cache.write(name, tokenizer.bytes());
  return tokenizer;
}

}  // namespace

Tokenizer make_tokenizer(const TokenizerRequest& request, const TextPart& train,
                         const CacheFolder& cache, Reporter& reporter) {
  if (!request.file.empty()) return Tokenizer::load(request.file);
  auto settings = request.options;
  settings.seed = seed_for(request.seed, SeedUse::tokenizer);
  auto tokenizer = train_tokenizer(settings, train, cache, reporter);
  if (tokenizer.vocab_size() < settings.vocab_size) {
    reporter.note(
        fmt::format("the texts give {} tokenizer pieces; `vocab-size` {} was shrunk to that",
                    tokenizer.vocab_size(), settings.vocab_size));
  }
  return tokenizer;
}

std::shared_ptr<const TokenFile> encode_all(const TextPart& part, const Tokenizer& tokenizer,
                                            const LengthLimit& limit, int64_t threads,
                                            const CacheFolder& cache, Reporter& reporter) {
  return encode_part(part, tokenizer, limit, threads, cache, [&](int64_t done) {
    reporter.progress(fmt::format("encoding: {} of {} texts", done, part.texts->size()));
  });
}

}  // namespace mnemo
