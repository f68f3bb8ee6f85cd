#include "models/export/torchscript.h"

#include <fmt/format.h>
#include <torch/script.h>
#include <zip.h>

#include <array>
#include <optional>
#include <sstream>

#include "mnemo/error.h"
#include "models/export/torchscript_source.h"
#include "models/safetensors.h"
#include "models/sequence_batch.h"

namespace mnemo {
namespace {

constexpr double kTolerance = 1e-5;  // fp32 rounding of sums in another order, with room

[[noreturn]] void damaged(const std::string& name, const std::string& reason) {
  throw Error(fmt::format(
      "{}: not a model that mnemo exported, or damaged: {}. Export it again with mnemo export",
      name, reason));
}

// LibTorch's own reader is built without checksum tests, so a flipped bit would pass unnoticed.
// Reading an entry to its end makes libzip compare the checksum.
void require_intact_archive(const std::string& bytes, const std::string& name) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (!archive) {
    const std::string reason = zip_error_strerror(&error);
    if (source) zip_source_free(source);
    zip_error_fini(&error);
    damaged(name, reason);
  }
  std::optional<std::string> reason;
  std::array<char, 1 << 16> buffer;
  const zip_int64_t entries = zip_get_num_entries(archive, 0);
  for (zip_int64_t i = 0; i < entries && !reason; ++i) {
    zip_file_t* file = zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0);
    if (!file) {
      reason = zip_strerror(archive);
      break;
    }
    zip_int64_t count = 0;
    while ((count = zip_fread(file, buffer.data(), buffer.size())) > 0) {
    }
    if (count < 0) reason = zip_file_strerror(file);
    zip_fclose(file);
  }
  zip_discard(archive);
  if (reason) damaged(name, *reason);
}

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

Probe make_probe(int64_t sequences, int64_t longest, int64_t vocab_size) {
  Probe probe;
  probe.tokens = at::zeros({sequences, longest}, at::kLong);
  std::vector<std::vector<int32_t>> ids(static_cast<size_t>(sequences));
  std::vector<int64_t> lengths;
  for (int64_t b = 0; b < sequences; ++b) {
    const int64_t length = std::max<int64_t>(1, longest - b * longest / sequences);
    const auto row = random_ids(length, vocab_size);
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

void require_equal(TextClassifier& model, TorchScriptClassifier& exported) {
  struct Size {
    int64_t sequences, longest;
  };
  for (const auto& [sequences, longest] : {Size{1, 1}, Size{3, 17}, Size{8, 64}}) {
    const auto probe = make_probe(sequences, longest, model->options().vocab_size);
    const auto expected = class_probabilities(model->forward(probe.batch).logits);
    const auto found = exported.probabilities(probe.tokens, probe.lengths);
    const double difference = (expected - found).abs().max().item<double>();
    if (!(difference <= kTolerance)) {
      throw Error(
          fmt::format("the exported model differs from the trained one by {} in a probability "
                      "(batch {}, length "
                      "{}; at most {} expected): nothing was written. Please report this",
                      difference, sequences, longest, kTolerance));
    }
  }
}

}  // namespace

std::string export_torchscript(TextClassifier& model, const ExtraFiles& extra_files) {
  const at::NoGradGuard no_grad;
  model->eval();
  torch::jit::Module module("TextClassifier");
  for (const auto& item : model->named_parameters()) {
    module.register_parameter(torchscript_name(item.key()), item.value().detach().cpu().clone(),
                              /*is_buffer=*/false);
  }
  for (const auto& item : model->named_buffers()) {
    module.register_buffer(torchscript_name(item.key()), item.value().detach().cpu().clone());
  }
  module.define(torchscript_source(model->options()));
  module.eval();
  std::ostringstream stream;
  module.save(stream, torch::jit::ExtraFilesMap(extra_files.begin(), extra_files.end()));
  std::string bytes = std::move(stream).str();

  TorchScriptClassifier reloaded(bytes, {}, "the exported model");
  require_equal(model, reloaded);
  return bytes;
}

struct TorchScriptClassifier::Module {
  torch::jit::Module module;
};

TorchScriptClassifier::TorchScriptClassifier(const std::string& bytes,
                                             const std::vector<std::string>& extra_names,
                                             const std::string& name) {
  require_intact_archive(bytes, name);
  torch::jit::ExtraFilesMap extra;
  for (const auto& extra_name : extra_names) extra[extra_name] = "";
  try {
    std::istringstream stream(bytes);
    module_ = std::make_unique<Module>(Module{torch::jit::load(stream, at::kCPU, extra)});
  } catch (const c10::Error& error) {
    damaged(name, error.what_without_backtrace());
  } catch (const std::exception& error) {
    damaged(name, error.what());
  }
  for (const auto& extra_name : extra_names) {
    if (extra[extra_name].empty()) damaged(name, fmt::format("it holds no {}", extra_name));
  }
  extra_files_.insert(extra.begin(), extra.end());
  module_->module.eval();
}

TorchScriptClassifier::TorchScriptClassifier(TorchScriptClassifier&&) noexcept = default;
TorchScriptClassifier& TorchScriptClassifier::operator=(TorchScriptClassifier&&) noexcept = default;
TorchScriptClassifier::~TorchScriptClassifier() = default;

void TorchScriptClassifier::to(at::Device device) { module_->module.to(device); }

at::Tensor TorchScriptClassifier::probabilities(const at::Tensor& tokens,
                                                const at::Tensor& lengths) {
  const at::NoGradGuard no_grad;
  return module_->module.forward({tokens, lengths}).toTensor();
}

}  // namespace mnemo
