#include "common/unzstd.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <utility>

#include "mnemo/error.h"

namespace mnemo {

bool is_zstd(std::string_view head) { return head.starts_with("\x28\xB5\x2F\xFD"); }

// The functions of libzstd's stable interface that are needed, and one stream of it.
class UnzstdBuffer::Library {
 public:
  struct Input {
    const void* bytes;
    size_t size, position;
  };
  struct Output {
    void* bytes;
    size_t size, position;
  };

  explicit Library(const std::string& name) : handle_(dlopen("libzstd.so.1", RTLD_NOW)) {
    if (handle_ == nullptr) {
      throw Error(
          fmt::format("{}: it is packed by zstd, whose library, libzstd.so.1, is not here; "
                      "install it (Debian: libzstd1), or unpack the file",
                      name));
    }
    create_ = function<void* (*)()>("ZSTD_createDStream");
    free_ = function<size_t (*)(void*)>("ZSTD_freeDStream");
    unpack_ = function<size_t (*)(void*, Output*, Input*)>("ZSTD_decompressStream");
    is_error_ = function<unsigned (*)(size_t)>("ZSTD_isError");
    error_name_ = function<const char* (*)(size_t)>("ZSTD_getErrorName");
    stream_ = create_();
    if (stream_ == nullptr) throw Error("libzstd cannot be started");
  }
  ~Library() {
    free_(stream_);
    dlclose(handle_);
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // Returns 0 at the end of a frame. Throws Error, with `name`, for what is damaged.
  size_t unpack(Output& output, Input& input, const std::string& name) {
    const size_t left = unpack_(stream_, &output, &input);
    if (is_error_(left) == 0) return left;
    throw Error(fmt::format("{}: the zstd data are damaged: {}", name, error_name_(left)));
  }

 private:
  template <typename Function>
  Function function(const char* name) {
    void* const symbol = dlsym(handle_, name);
    if (symbol == nullptr) throw Error(fmt::format("libzstd.so.1 has no {}", name));
    return reinterpret_cast<Function>(symbol);
  }

  void* handle_;
  void* stream_ = nullptr;
  void* (*create_)() = nullptr;
  size_t (*free_)(void*) = nullptr;
  size_t (*unpack_)(void*, Output*, Input*) = nullptr;
  unsigned (*is_error_)(size_t) = nullptr;
  const char* (*error_name_)(size_t) = nullptr;
};

UnzstdBuffer::UnzstdBuffer(std::istream& compressed, std::string name)
    : compressed_(compressed), name_(std::move(name)), library_(std::make_unique<Library>(name_)) {}

UnzstdBuffer::~UnzstdBuffer() = default;

bool UnzstdBuffer::refill() {
  compressed_.read(input_.data(), std::ssize(input_));
  position_ = 0;
  size_ = static_cast<size_t>(compressed_.gcount());
  return size_ > 0;
}

UnzstdBuffer::int_type UnzstdBuffer::underflow() {
  Library::Output output{.bytes = output_.data(), .size = output_.size(), .position = 0};
  while (output.position == 0) {
    // Unpacked bytes may still wait for room, so the end of the input is not yet theirs.
    const bool is_at_end = position_ == size_ && !refill();
    if (is_at_end && between_frames_) return traits_type::eof();
    Library::Input input{.bytes = input_.data(), .size = size_, .position = position_};
    between_frames_ = library_->unpack(output, input, name_) == 0;
    position_ = input.position;
    if (is_at_end && output.position == 0 && !between_frames_) {
      throw Error(fmt::format("{}: the zstd data end before they are complete", name_));
    }
  }
  setg(output_.data(), output_.data(), output_.data() + output.position);
  return traits_type::to_int_type(*gptr());
}

}  // namespace mnemo
