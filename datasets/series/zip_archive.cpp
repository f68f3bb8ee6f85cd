#include "datasets/series/zip_archive.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <utility>

#include "datasets/message_text.h"
#include "mnemo/error.h"

namespace mnemo {

void ZipArchive::Closer::operator()(zip* archive) const { zip_discard(archive); }

ZipArchive::ZipArchive(std::string bytes, std::string name)
    : bytes_(std::move(bytes)), name_(std::move(name)) {
  zip_error_t error;
  zip_error_init(&error);
  // The archive owns its source from when it is open.
  zip_source_t* const source = zip_source_buffer_create(bytes_.data(), bytes_.size(), 0, &error);
  archive_.reset(source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error));
  if (!archive_) {
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (source != nullptr) zip_source_free(source);
    throw Error(fmt::format("{}: it cannot be read as a zip archive, as .npz files are: {}", name_,
                            reason));
  }
  zip_error_fini(&error);
  const auto count = zip_get_num_entries(archive_.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* const file = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0);
    files_.emplace_back(file == nullptr ? "" : file);
  }
}

// The content grows with what can be unpacked, and not with what a damaged archive announces.
std::string ZipArchive::read(size_t i) const {
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
      zip_fopen_index(archive_.get(), i, 0), zip_fclose);
  const auto fail = [&](const char* reason) {
    throw Error(fmt::format("{}: {} in the zip archive is damaged: {}", name_, in_quotes(files_[i]),
                            reason));
  };
  if (!file) fail(zip_strerror(archive_.get()));
  constexpr size_t kAtOnce = size_t{1} << 20;
  std::string content;
  for (;;) {
    const size_t known = content.size();
    content.resize(known + kAtOnce);
    const auto count = zip_fread(file.get(), content.data() + known, kAtOnce);
    if (count < 0) fail(zip_file_strerror(file.get()));
    content.resize(known + static_cast<size_t>(std::max<zip_int64_t>(count, 0)));
    if (count == 0) return content;
  }
}

}  // namespace mnemo
