#include "models/export/torchscript.h"

#include <fmt/format.h>
#include <torch/script.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <utility>

#include "mnemo/error.h"
#include "models/export/recurrent_source.h"

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

}  // namespace

std::string to_torchscript(const torch::nn::Module& model, const std::string& class_name,
                           const std::string& source, const ExtraFiles& extra_files,
                           const std::map<std::string, at::Tensor>& instead) {
  torch::jit::Module module(class_name);
  // Heads that only trained along have no part in the answer.
  const auto is_used = [&](const std::string& name) {
    return source.find("self." + torchscript_name(name)) != std::string::npos;
  };
  for (const auto& item : model.named_parameters()) {
    if (!is_used(item.key())) continue;
    module.register_parameter(torchscript_name(item.key()), item.value().detach().cpu().clone(),
                              /*is_buffer=*/false);
  }
  for (const auto& item : model.named_buffers()) {
    const auto other = instead.find(item.key());
    const auto& buffer = other == instead.end() ? item.value() : other->second;
    module.register_buffer(torchscript_name(item.key()), buffer.detach().cpu().clone());
  }
  if (const auto methods = recurrent_methods(source); !methods.empty()) module.define(methods);
  module.define(source);
  module.eval();
  std::ostringstream stream;
  module.save(stream, torch::jit::ExtraFilesMap(extra_files.begin(), extra_files.end()));
  return std::move(stream).str();
}

void require_equal_export(const at::Tensor& expected, const at::Tensor& found,
                          const std::string& where) {
  const double size = std::max(1.0, expected.abs().max().item<double>());
  const double most = kTolerance * size;
  const double difference = (expected - found).abs().max().item<double>();
  if (difference <= most) return;
  throw Error(fmt::format(
      "the exported model differs from the trained one by {} ({}; at most {} expected): "
      "nothing was written. Please report this",
      difference, where, most));
}

struct TorchScriptModel::Module {
  torch::jit::Module module;
};

TorchScriptModel::TorchScriptModel(const std::string& bytes,
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
  for (auto& [extra_name, content] : extra) {
    if (!content.empty()) extra_files_.emplace(extra_name, std::move(content));
  }
  module_->module.eval();
}

TorchScriptModel::TorchScriptModel(TorchScriptModel&&) noexcept = default;
TorchScriptModel& TorchScriptModel::operator=(TorchScriptModel&&) noexcept = default;
TorchScriptModel::~TorchScriptModel() = default;

void TorchScriptModel::to(at::Device device) { module_->module.to(device); }

at::ScalarType TorchScriptModel::type_of(const std::string& buffer) const {
  return module_->module.attr(buffer).toTensor().scalar_type();
}

at::Tensor TorchScriptModel::forward(const std::vector<at::Tensor>& inputs) const {
  const at::NoGradGuard no_grad;
  return module_->module.forward({inputs.begin(), inputs.end()}).toTensor();
}

}  // namespace mnemo
