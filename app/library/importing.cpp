#include "mnemo/importing.h"

#include "app/library/library_call.h"
#include "app/library/task_library.h"

namespace mnemo {

void import_model(const std::string& task, const std::filesystem::path& weights,
                  const std::filesystem::path& run, const ImportOptions& options) {
  const Task of = answering_task(task);
  library_call(resolve_threads(0), [&] {
    Reporter silent;
    import_run({.weights = weights.string(),
                .config = options.config.string(),
                .tokenizer = options.tokenizer.string(),
                .labels = options.labels,
                .train = options.train.string(),
                .features = options.features,
                .out = run.string(),
                .overwrite = options.existing == ExistingFile::replace},
               of, library_of(of).import_model,
               options.reporter != nullptr ? *options.reporter : silent);
  });
}

}  // namespace mnemo
