#include "common/gunzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <utility>

#include "mnemo/error.h"

namespace mnemo {

bool is_gzip(std::string_view head) { return head.starts_with("\x1F\x8B"); }

struct GunzipBuffer::Inflater {
  z_stream stream{};
  bool between_members = true;  // a file may be several, one after another

  Inflater() {
    constexpr int kGzip = 15 + 16;  // the largest window, and gzip's header
    if (inflateInit2(&stream, kGzip) != Z_OK) throw Error("zlib cannot be started");
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

GunzipBuffer::GunzipBuffer(std::istream& compressed, std::string name)
    : compressed_(compressed), name_(std::move(name)), inflater_(std::make_unique<Inflater>()) {}

GunzipBuffer::~GunzipBuffer() = default;

bool GunzipBuffer::refill() {
  compressed_.read(input_.data(), std::ssize(input_));
  auto& stream = inflater_->stream;
  stream.next_in = reinterpret_cast<Bytef*>(input_.data());
  stream.avail_in = static_cast<uInt>(compressed_.gcount());
  return stream.avail_in > 0;
}

// Passes over zeros behind a member, which media with blocks of one size leave, as Python does.
void GunzipBuffer::skip_padding() {
  auto& stream = inflater_->stream;
  while (stream.avail_in > 0 && *stream.next_in == 0) {
    ++stream.next_in;
    --stream.avail_in;
  }
}

GunzipBuffer::int_type GunzipBuffer::underflow() {
  auto& stream = inflater_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(output_.data());
  stream.avail_out = static_cast<uInt>(output_.size());
  while (stream.avail_out == output_.size()) {
    if (stream.avail_in == 0 && !refill()) {
      if (inflater_->between_members) return traits_type::eof();
      throw Error(fmt::format("{}: the gzip data end before they are complete", name_));
    }
    if (inflater_->between_members) {
      skip_padding();
      if (stream.avail_in == 0) continue;
    }
    inflater_->between_members = false;
    const int status = inflate(&stream, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      inflateReset(&stream);
      inflater_->between_members = true;
    } else if (status != Z_OK) {
      throw Error(fmt::format("{}: the gzip data are damaged{}", name_,
                              stream.msg == nullptr ? "" : fmt::format(": {}", stream.msg)));
    }
  }
  setg(output_.data(), output_.data(),
       output_.data() + (output_.size() - static_cast<size_t>(stream.avail_out)));
  return traits_type::to_int_type(*gptr());
}

}  // namespace mnemo
