#include "mnemo/exporting.h"

#include "app/library/library_call.h"
#include "app/library/model_export.h"
#include "common/files.h"

namespace mnemo {

void export_run(const std::filesystem::path& run, const std::filesystem::path& file,
                ExistingFile existing) {
  library_call(resolve_threads(0), [&] {
    require_export_target({.run = run,
                           .out = file,
                           .overwrite = existing == ExistingFile::replace,
                           .remedy = "pass ExistingFile::replace to replace it"});
    write_file_atomically(file, exported_bytes(open_model(run)));
  });
}

}  // namespace mnemo
