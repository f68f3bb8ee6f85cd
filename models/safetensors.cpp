#include "models/safetensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "mnemo/error.h"

namespace mnemo {
namespace {

using nlohmann::json;

struct TypeName {
  at::ScalarType type;
  const char* name;
};
constexpr std::array kTypes = {TypeName{at::kFloat, "F32"}, TypeName{at::kDouble, "F64"},
                               TypeName{at::kBFloat16, "BF16"}, TypeName{at::kHalf, "F16"},
                               TypeName{at::kLong, "I64"}};

std::string type_name(at::ScalarType type) {
  for (const auto& known : kTypes) {
    if (known.type == type) return known.name;
  }
  throw Error(fmt::format("safetensors cannot hold tensors of type {}", c10::toString(type)));
}

at::ScalarType scalar_type(const std::string& name) {
  for (const auto& known : kTypes) {
    if (name == known.name) return known.type;
  }
  throw Error(
      fmt::format("tensors of type {} are not read; expected F32, F64, BF16, F16 or I64", name));
}

uint64_t read_length(std::string_view bytes) {
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i) {
    length = length << 8 | static_cast<unsigned char>(bytes[static_cast<size_t>(i)]);
  }
  return length;
}

struct Range {
  size_t begin = 0, end = 0;
};

at::Tensor read_tensor(const json& entry, std::string_view data, Range& range) {
  const auto shape = entry.at("shape").get<std::vector<int64_t>>();
  const auto offsets = entry.at("data_offsets").get<std::array<uint64_t, 2>>();
  const auto type = scalar_type(entry.at("dtype").get<std::string>());
  uint64_t size = c10::elementSize(type);
  for (const int64_t extent : shape) {
    if (extent < 0 || (extent > 0 && size > data.size() / static_cast<uint64_t>(extent))) {
      throw Error("a shape that does not fit the file");
    }
    size *= static_cast<uint64_t>(extent);
  }
  range = {offsets[0], offsets[1]};
  if (range.begin > range.end || range.end > data.size() || range.end - range.begin != size) {
    throw Error(fmt::format("{} bytes of data expected, range {} to {} of {} found", size,
                            range.begin, range.end, data.size()));
  }
  auto tensor = at::empty(shape, type);
  if (size > 0) std::memcpy(tensor.mutable_data_ptr(), data.data() + range.begin, size);
  return tensor;
}

// One tensor after another, from the first byte to the last.
void require_covered(std::vector<Range>& ranges, size_t size) {
  std::ranges::sort(ranges, {},
                    [](const Range& range) { return std::pair(range.begin, range.end); });
  size_t covered = 0;
  for (const auto& range : ranges) {
    if (range.begin != covered) throw Error("tensors overlap or leave a gap");
    covered = range.end;
  }
  if (covered != size) throw Error(fmt::format("{} bytes of data, tensors for {}", size, covered));
}

NamedTensors parse(std::string_view bytes) {
  if (bytes.size() < 8) throw Error("the file is too short");
  const uint64_t header_size = read_length(bytes);
  if (bytes.starts_with("PK")) {
    throw Error("it is an archive, as torch.save writes; save it with safetensors.torch.save_file");
  }
  if (header_size > bytes.size() - 8) throw Error("the header is longer than the file");
  const auto header = json::parse(bytes.substr(8, header_size));
  const auto data = bytes.substr(8 + header_size);
  NamedTensors tensors;
  std::vector<Range> ranges;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    Range range;
    tensors.emplace(name, read_tensor(entry, data, range));
    ranges.push_back(range);
  }
  require_covered(ranges, data.size());
  return tensors;
}

}  // namespace

NamedTensors named_tensors(const torch::nn::Module& module) {
  NamedTensors tensors;
  for (const auto& item : module.named_parameters()) tensors.emplace(item.key(), item.value());
  for (const auto& item : module.named_buffers()) tensors.emplace(item.key(), item.value());
  return tensors;
}

std::string to_safetensors(const NamedTensors& tensors) {
  json header = json::object();
  size_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    const size_t end = offset + tensor.nbytes();
    header[name] = {{"dtype", type_name(tensor.scalar_type())},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the format asks for aligned data

  std::string bytes;
  bytes.reserve(8 + text.size() + offset);
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(text.size() >> (8 * i) & 0xff));
  bytes += text;
  for (const auto& [name, tensor] : tensors) {
    const auto local = tensor.detach().cpu().contiguous();
    bytes.append(static_cast<const char*>(local.const_data_ptr()), local.nbytes());
  }
  return bytes;
}

NamedTensors from_safetensors(std::string_view bytes, const std::string& name) {
  try {
    return parse(bytes);
  } catch (const json::exception& error) {
    throw Error(fmt::format("{}: not a safetensors file that can be read: {}", name, error.what()));
  } catch (const Error& error) {
    throw Error(fmt::format("{}: not a safetensors file that can be read: {}", name, error.what()));
  }
}

void load_tensors(torch::nn::Module& module, const NamedTensors& tensors, const std::string& name) {
  const auto own = named_tensors(module);
  std::vector<std::string> faults;
  for (const auto& [key, tensor] : own) {
    const auto found = tensors.find(key);
    if (found == tensors.end()) {
      faults.push_back(fmt::format("missing {}", key));
    } else if (found->second.sizes() != tensor.sizes()) {
      faults.push_back(fmt::format("{} has shape ({}), expected ({})", key,
                                   fmt::join(found->second.sizes(), ", "),
                                   fmt::join(tensor.sizes(), ", ")));
    }
  }
  for (const auto& [key, tensor] : tensors) {
    if (!own.contains(key)) faults.push_back(fmt::format("unexpected {}", key));
  }
  if (!faults.empty()) {
    throw Error(
        fmt::format("{}: these weights do not fit the model: {}", name, fmt::join(faults, "; ")));
  }
  const at::NoGradGuard no_grad;
  for (const auto& [key, tensor] : own) at::Tensor(tensor).copy_(tensors.at(key));
}

}  // namespace mnemo
