#include "scripts/benchmark/benchmark_works.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/settings/compute.h"
#include "app/tasks/text/text_objective.h"
#include "app/tasks/text/text_settings.h"
#include "datasets/encoded_texts.h"
#include "datasets/length_buckets.h"
#include "mnemo/error.h"
#include "models/initialization.h"
#include "models/kernels/dispatch.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/text_classifier.h"
#include "scripts/benchmark/forecast_works.h"
#include "scripts/benchmark/training.h"

namespace mnemo::benchmark {
namespace {

using nlohmann::json;

TextClassifier make_model(const json& request) {
  const auto settings = text_settings_from_json(request.at("settings"), "the benchmark's request");
  TextClassifier model(settings.model);
  initialize_parameters(*model, {}, make_generator(at::kCPU, kSeed));
  return model;
}

int64_t vocab_size(const json& request) {
  return request.at("settings").at("model").at("vocab_size").get<int64_t>();
}

// `count` texts of `length` ids drawn from the vocabulary, padding left out.
EncodedTexts random_texts(int64_t count, int64_t length, int64_t ids_end) {
  const auto ids = at::randint(1, ids_end, {count * length}, at::kInt);
  const int32_t* first = ids.const_data_ptr<int32_t>();
  EncodedTexts texts;
  texts.ids.assign(first, first + ids.numel());
  for (int64_t i = 1; i <= count; ++i) texts.offsets.push_back(i * length);
  return texts;
}

template <typename Number>
void read_numbers(std::istream& file, std::vector<Number>& numbers, int64_t count) {
  numbers.resize(static_cast<size_t>(count));
  file.read(reinterpret_cast<char*>(numbers.data()),
            static_cast<std::streamsize>(numbers.size() * sizeof(Number)));
}

// The form that token_file.py writes: int64 count, int64 offsets (count + 1), int32 ids.
EncodedTexts read_token_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<int64_t> count;
  read_numbers(file, count, 1);
  EncodedTexts texts;
  if (file) read_numbers(file, texts.offsets, count.front() + 1);
  if (file) read_numbers(file, texts.ids, texts.offsets.back());
  if (!file) throw Error(fmt::format("{}: cannot be read as a file of token ids", path));
  return texts;
}

// Batches of like lengths, epoch after epoch, as mnemo's training has them; labels are made up.
class EndlessBatches {
 public:
  EndlessBatches(EncodedTexts texts, int64_t batch_size)
      : texts_(std::move(texts)), batch_size_(batch_size) {
    for (int64_t i = 0; i < texts_.size(); ++i) {
      lengths_.push_back(static_cast<int32_t>(texts_.length(i)));
    }
  }

  LabelledBatch next() {
    if (next_ == plan_.size()) {
      plan_ = shuffled_batches(lengths_, batch_size_, kSeed, ++epoch_);
      next_ = 0;
    }
    std::vector<std::span<const int32_t>> ids;
    std::vector<int64_t> targets;
    for (const int64_t row : plan_[next_++]) {
      ids.push_back(texts_[row]);
      targets.push_back(row % 2);
    }
    return {.inputs = pack_ids(ids), .targets = at::tensor(targets, at::kLong)};
  }

 private:
  EncodedTexts texts_;
  int64_t batch_size_;
  std::vector<int32_t> lengths_;
  int64_t epoch_ = 0;
  BatchPlan plan_;
  size_t next_ = 0;
};

Step text_training(const json& request, EncodedTexts texts) {
  constexpr double kClipNorm = 1.0;
  const auto batches =
      std::make_shared<EndlessBatches>(std::move(texts), request.at("batch").get<int64_t>());
  return make_training(std::make_unique<TextObjective>(make_model(request), TextLoss{}, at::kCPU,
                                                       number_type(request)),
                       kClipNorm, [batches] { return batches->next(); });
}

// A step over texts of one length.
Step train_step(const json& request) {
  return text_training(
      request, random_texts(request.at("batch"), request.at("length"), vocab_size(request)));
}

// Steps over real texts of natural lengths.
Step train_texts(const json& request) {
  return text_training(request, read_token_file(request.at("tokens")));
}

// A square matrix product.
Step gemm(const json& request) {
  const auto size = request.at("n").get<int64_t>();
  const auto type = number_type(request);
  const auto a = at::rand({size, size}).to(type), b = at::rand({size, size}).to(type);
  auto product = at::empty({size, size}, type);
  return [a, b, product]() mutable {
    at::mm_out(product, a, b);
    return int64_t{0};
  };
}

// One recurrent layer, forward and backward, with the gradients of input and weights.
Step lstm_layer(const json& request) {
  const auto batch = request.at("batch").get<int64_t>();
  const auto length = request.at("length").get<int64_t>();
  const RecurrentOptions options = {.input_size = request.at("input"),
                                    .hidden_size = request.at("hidden"),
                                    .bidirectional = request.at("directions") == 2};
  RecurrentEncoder encoder(options);
  {
    const at::NoGradGuard no_grad;
    for (auto& parameter : encoder->parameters()) parameter.uniform_(-0.06, 0.06);
  }
  const ForwardContext context = {.compute_type = number_type(request)};
  const std::vector<int64_t> lengths(static_cast<size_t>(batch), length);
  const auto layout = SequenceLayout::of(lengths);
  const auto input = at::randn({batch * length, options.input_size}).requires_grad_();
  const auto gradient = at::randn({batch * length, options.output_size()}).to(context.compute_type);
  return [=]() mutable {
    encoder->zero_grad();
    input.mutable_grad() = at::Tensor();
    encoder->forward(input, layout, context).values.backward(gradient);
    return layout.values();
  };
}

// One text from ids to probabilities, the model loaded.
Step classify_text(const json& request) {
  auto model = make_model(request);
  model->eval();
  const ForwardContext context = {.compute_type = number_type(request)};
  const EncodedTexts texts = random_texts(1, request.at("length"), vocab_size(request));
  return [model, context, texts]() mutable {
    const at::NoGradGuard no_grad;
    const std::span<const int32_t> ids = texts[0];
    const auto output = model->forward(pack_ids({&ids, 1}), context);
    class_probabilities(output.logits);
    return static_cast<int64_t>(ids.size());
  };
}

}  // namespace

json describe_compute() {
  const auto* kernels = vector_kernels(KernelPath::automatic);
  const auto type = resolve_precision(Precision::automatic, Cell::lstm, at::kCPU);
  return {{"kernels", kernels == nullptr ? "none" : kernels->name},
          {"precision", type == at::kBFloat16 ? "bf16" : "fp32"},
          {"libtorch", at::get_cpu_capability()}};
}

Step make_step(const json& request) {
  at::set_num_threads(static_cast<int>(resolve_threads(request.at("threads"))));
  const auto work = request.at("work").get<std::string>();
  if (work == "gemm") return gemm(request);
  if (work == "lstm_layer") return lstm_layer(request);
  if (work == "train_step") return train_step(request);
  if (work == "train_texts") return train_texts(request);
  if (work == "train_windows") return train_windows(request);
  if (work == "classify_text") return classify_text(request);
  throw Error(fmt::format("unknown work \"{}\"", work));
}

}  // namespace mnemo::benchmark
