#include "app/settings/cuda_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <filesystem>

namespace mnemo {
namespace {

// Empty where LibTorch is linked in some other way than by its shared library.
std::filesystem::path libtorch_folder() {
  void* const torch = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
  if (torch == nullptr) return {};
  const link_map* map = nullptr;
  const bool known = dlinfo(torch, RTLD_DI_LINKMAP, &map) == 0;
  std::filesystem::path folder =
      known ? std::filesystem::path(map->l_name).parent_path() : std::filesystem::path();
  dlclose(torch);
  return folder;
}

}  // namespace

std::string load_cuda_library() {
  const auto folder = libtorch_folder();
  if (folder.empty()) return "this LibTorch is no shared library, so it has no CUDA part to load";
  const auto library = folder / "libtorch_cuda.so";
  if (!std::filesystem::exists(library)) {
    return fmt::format("the LibTorch in {} is a CPU build", folder.string());
  }
  // Its operators register themselves while it is loaded, and it stays for the life of the process.
  if (dlopen(library.c_str(), RTLD_LAZY | RTLD_GLOBAL) == nullptr) {
    return fmt::format("LibTorch's CUDA part could not be loaded ({})", dlerror());
  }
  return {};
}

}  // namespace mnemo
