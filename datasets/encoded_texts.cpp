#include "datasets/encoded_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "mnemo/error.h"

namespace mnemo {
namespace {

// Small enough that the threads finish together, large enough that taking one costs nothing.
constexpr int64_t kTextsPerTask = 64;

// Texts are cut into tasks, which the threads take one after another and whose results are joined
// in the order of the texts.
class ParallelEncoder {
 public:
  ParallelEncoder(const Tokenizer& tokenizer, std::span<const std::string> texts,
                  const LengthLimit& limit)
      : tokenizer_(tokenizer),
        texts_(texts),
        limit_(limit),
        results_((texts.size() + kTextsPerTask - 1) / kTextsPerTask) {}

  // The calling thread works too, and alone calls `progress`. The first exception of any thread
  // stops all of them and is rethrown.
  EncodedTexts run(int64_t threads, const std::function<void(int64_t)>& progress) {
    {
      std::vector<std::jthread> helpers;
      for (int64_t i = 1; i < threads && i < std::ssize(results_); ++i) {
        helpers.emplace_back([this] { work({}); });
      }
      work(progress);
    }
    if (failure_) std::rethrow_exception(failure_);
    if (progress) progress(texts_done_);  // the helpers may have been the last to finish
    return join();
  }

 private:
  void work(const std::function<void(int64_t)>& progress) {
    try {
      for (size_t task = next_task_++; task < results_.size(); task = next_task_++) {
        encode(task);
        if (progress) progress(texts_done_);
      }
    } catch (...) {
      const std::lock_guard lock(failure_mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_task_ = results_.size();
    }
  }

  void encode(size_t task) {
    const size_t first = task * kTextsPerTask;
    const size_t count = std::min<size_t>(kTextsPerTask, texts_.size() - first);
    std::vector<int32_t> ids;
    for (const std::string& text : texts_.subspan(first, count)) {
      tokenizer_.encode(text, ids);
      truncate_ids(ids, limit_);
      append(results_[task], ids);
    }
    texts_done_ += static_cast<int64_t>(count);
  }

  static void append(EncodedTexts& to, std::span<const int32_t> ids) {
    to.ids.insert(to.ids.end(), ids.begin(), ids.end());
    to.offsets.push_back(static_cast<int64_t>(to.ids.size()));
  }

  EncodedTexts join() const {
    size_t ids = 0;
    for (const EncodedTexts& part : results_) ids += part.ids.size();
    EncodedTexts joined;
    joined.ids.reserve(ids);
    joined.offsets.reserve(texts_.size() + 1);
    for (const EncodedTexts& part : results_) {
      for (int64_t i = 0; i < part.size(); ++i) append(joined, part[i]);
    }
    return joined;
  }

  const Tokenizer& tokenizer_;
  const std::span<const std::string> texts_;
  const LengthLimit limit_;
  std::vector<EncodedTexts> results_;  // of each task
  std::atomic<size_t> next_task_ = 0;
  std::atomic<int64_t> texts_done_ = 0;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
};

}  // namespace

void truncate_ids(std::vector<int32_t>& ids, const LengthLimit& limit) {
  const auto excess = std::ssize(ids) - limit.max_length;
  if (excess <= 0) return;
  switch (limit.truncate) {
    case Truncate::head:
      ids.erase(ids.begin() + limit.max_length, ids.end());
      return;
    case Truncate::tail:
      ids.erase(ids.begin(), ids.begin() + excess);
      return;
    case Truncate::both: {
      const auto middle = ids.begin() + (limit.max_length + 1) / 2;
      ids.erase(middle, middle + excess);
      return;
    }
  }
}

EncodedTexts encode_texts(const Tokenizer& tokenizer, std::span<const std::string> texts,
                          const LengthLimit& limit, int64_t threads,
                          const std::function<void(int64_t)>& progress) {
  if (limit.max_length < 1) {
    throw UsageError(
        fmt::format("the maximum length is {}, and must be at least 1", limit.max_length));
  }
  return ParallelEncoder(tokenizer, texts, limit).run(threads, progress);
}

}  // namespace mnemo
