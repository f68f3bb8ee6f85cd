// Reading whole files, and writing them so that a crash leaves the old file or the new one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mnemo {

// The file's bytes. Throws Error naming the path and the system's reason.
std::string read_file(const std::filesystem::path& path);

// Writes to a temporary name beside `path`, flushes it to disk, renames it over `path` and flushes
// the folder. On failure the temporary file is removed, `path` is untouched, and Error is thrown.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

// Throws Error unless a file can be created in `folder` (which must exist).
void require_writable(const std::filesystem::path& folder);

}  // namespace mnemo
