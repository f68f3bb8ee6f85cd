// Texts on their way to token ids, told to the person who waits.
#pragma once

#include <memory>
#include <string>

#include "app/support/cache_folder.h"
#include "app/tasks/text/text_data.h"
#include "datasets/encoded_texts.h"
#include "datasets/token_file.h"
#include "datasets/tokenizer.h"
#include "mnemo/reporter.h"

namespace mnemo {

// Says where a tokenizer comes from.
struct TokenizerRequest {
  std::string file = {};          // the user's own; empty: trained on the training part
  TokenizerOptions options = {};  // of a trained one; its seed is set here
  uint64_t seed = 1;              // of the run
};

// One trained before, by another run on the same texts, comes from the cache.
Tokenizer make_tokenizer(const TokenizerRequest& request, const TextPart& train,
                         const CacheFolder& cache, Reporter& reporter);

// The ids of all texts of the part's file.
std::shared_ptr<const TokenFile> encode_all(const TextPart& part, const Tokenizer& tokenizer,
                                            const LengthLimit& limit, int64_t threads,
                                            const CacheFolder& cache, Reporter& reporter);

}  // namespace mnemo
