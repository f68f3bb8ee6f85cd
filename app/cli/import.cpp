// mnemo import TASK: a model that was trained in Python, as a run folder.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/version.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/train_forecast_table.h"
#include "app/cli/train_series_table.h"
#include "app/cli/train_text_table.h"
#include "app/runs/run_folder.h"
#include "app/runs/weights_file.h"
#include "app/settings/model_scaling.h"
#include "app/tasks/forecast/forecast_data.h"
#include "app/tasks/forecast/forecast_settings.h"
#include "app/tasks/series/series_data.h"
#include "app/tasks/text/text_settings.h"
#include "common/white_space.h"

namespace mnemo {
namespace {

constexpr const char* kImportUsage =
    R"(usage: mnemo import TASK FILE.safetensors --config FILE --out RUN [options]

  text       a classifier of texts, with --tokenizer and --labels
  series     a model of numeric series, with --train
  forecast   a forecaster, with --train

mnemo import TASK --help shows the options of each.
)";

struct ImportOptions {
  std::string weights = {};
  std::string config = {};
  std::string tokenizer = {};            // of a text model
  std::vector<std::string> labels = {};  // likewise
  std::string train = {};                // of the others
  std::string out = {};
  bool overwrite = false;
  bool quiet = false;
};

OptionTable make_table(Task task, ImportOptions& options) {
  const std::string name = enum_name(task);
  OptionTable table(
      fmt::format("mnemo import {} FILE.safetensors --config FILE {} --out RUN [options]", name,
                  task == Task::text ? "--tokenizer FILE --labels A,B" : "--train FILE"),
      "Makes a run folder of weights that were trained in Python, under the names and shapes that "
      "mnemo's own have; mnemo then evaluates, predicts and exports as after a training.");
  table.positional("weights", options.weights, "safetensors file");
  table.group("Model");
  table.text("config", options.config,
             "settings of the model, as `mnemo train TASK --print-config` prints them");
  if (task == Task::text) {
    table.text("tokenizer", options.tokenizer, "SentencePiece model whose ids the model reads");
    table.list("labels", options.labels,
               "joined by commas, in the order of the outputs; of two labels, which share one "
               "output, the second is the one that a positive number means");
  } else {
    table.text("train", options.train,
               "file that the model was trained on: features, labels, season and, where the "
               "weights hold none, scaling come from it, as in training");
  }
  table.group("Output");
  table.text("out", options.out, "folder for the run");
  table.flag("overwrite", options.overwrite, "replace a run that stands in --out");
  table.flag("quiet", options.quiet, "say nothing but warnings and errors");
  table.leave_config();  // it is one of mnemo train's
  return table;
}

void require_complete(Task task, const ImportOptions& options) {
  if (options.weights.empty()) throw UsageError("name the safetensors file to import");
  if (options.config.empty()) {
    throw UsageError(fmt::format(
        "--config is missing: name a file of the model's settings; `mnemo train {} --print-config` "
        "prints one to change",
        enum_name(task)));
  }
  if (options.out.empty()) {
    throw UsageError("--out is missing: name the folder that the run is to be kept in");
  }
  if (task == Task::text && options.labels.size() < 2) {
    throw UsageError(
        "--labels: name the labels, two or more, in the order of the outputs, as neg,pos");
  }
  if (task != Task::text && options.train.empty()) {
    throw UsageError("--train is missing: name the file that the model was trained on");
  }
}

// The command line that would train such a model. What the settings say of a start is past.
std::vector<std::string> training_arguments(const ImportOptions& options) {
  return {"--config=" + options.config, "--train=" + options.train, "--out=" + options.out,
          "--init-weights=", "--init-from="};
}

// Loads the weights; `model` has the scaling of the data. Returns what came of the file for
// meta.json's `data`.
nlohmann::json load_file(torch::nn::Module& model, const std::string& path) {
  auto [tensors, sha256] = read_weights_file(path);
  for (const auto& [name, tensor] : tensors) {
    if (is_scaling(name) && name.ends_with(".scale") && !tensor.gt(0.0).all().item<bool>()) {
      throw Error(fmt::format("{}: {} holds numbers that are not positive", path, name));
    }
  }
  add_missing_scaling(model, tensors);
  load_tensors(model, tensors, path);
  return {{"weights_file", path}, {"weights_file_sha256", sha256}};
}

void save_run(Task task, const torch::nn::Module& model, nlohmann::json settings,
              nlohmann::json data, RunFolder& folder) {
  folder.save_weights(to_safetensors(named_tensors(model)), {{"task", enum_name(task)},
                                                             {"settings", std::move(settings)},
                                                             {"data", std::move(data)},
                                                             {"status", "imported"},
                                                             {"torch_version", TORCH_VERSION}});
}

// Of a classifier whose settings say that it has some.
int64_t count_ngrams(const std::string& path) {
  const auto tensors = read_weights_file(path).tensors;
  const auto keys = tensors.find("ngrams.keys");
  if (keys == tensors.end() || keys->second.dim() != 1 || keys->second.size(0) == 0 ||
      keys->second.scalar_type() != at::kLong) {
    throw Error(
        fmt::format("{}: the settings have --ngrams, and the file has no list of int64 numbers "
                    "named ngrams.keys; give it those, or settings with --ngrams 0",
                    path));
  }
  return keys->second.size(0);
}

void import_text(const ImportOptions& options, RunFolder& folder, const Warn& warn) {
  for (const auto& label : options.labels) {
    if (!label.empty() && trimmed(label) == label) continue;
    throw UsageError(fmt::format(
        "--labels: \"{}\" is empty or has blanks around it; join the labels by commas alone",
        label));
  }
  // There is no training file to ask for, so the settings are only read.
  std::vector<std::string> arguments = {
      "--config=" + options.config, "--print-config",          "--init-weights=", "--init-from=",
      "--embedding-vectors=",       "--freeze-embedding=false"};
  if (!options.tokenizer.empty()) arguments.push_back("--tokenizer=" + options.tokenizer);
  auto request = parse_train_text(arguments);
  validate_model(request.options);
  const std::string& tokenizer_file = request.options.tokenizer_file;
  if (tokenizer_file.empty()) {
    throw UsageError(
        "--tokenizer is missing: name the SentencePiece model whose ids the model reads");
  }
  const Tokenizer tokenizer = Tokenizer::load(tokenizer_file);
  const bool keeps_html = tokenizer.normalize("a<br />b").find('<') != std::string::npos;
  if (request.options.tokenizer.strip_html && keeps_html) {
    warn(fmt::format(
        "{} says strip-html, and {} leaves HTML in: a model that was trained on texts without it "
        "should be given such texts, too",
        options.config, tokenizer_file));
  }
  TextSettings settings{request.options.model, request.options.limit, LabelSet(options.labels)};
  settings.model.vocab_size = tokenizer.vocab_size();
  settings.model.classes = settings.labels.size();
  settings.model.transformer.longest = settings.limit.max_length;
  settings.model.ngrams = request.options.ngrams.longest;
  if (settings.model.ngrams > 0) settings.model.ngram_count = count_ngrams(options.weights);
  TextClassifier model(settings.model);
  auto data = load_file(*model, options.weights);
  if (settings.model.ngrams > 0) model->ngrams()->require_ascending(options.weights);
  data["train_file_sha256"] = "";  // unknown
  folder.add_file(kConfigFile, request.config_text);
  folder.add_file(kTokenizerFile, tokenizer.bytes());
  save_run(Task::text, *model, to_json(settings), std::move(data), folder);
}

// How many steps, or rows, the tensor reads, which is optional; 0: the file has none such.
int64_t steps_read_by(const std::string& name, int64_t dimensions, const std::string& path) {
  const auto tensors = read_weights_file(path).tensors;
  const auto weight = tensors.find(name);
  const bool is_there = weight != tensors.end() && weight->second.dim() == dimensions;
  return is_there ? weight->second.size(1) : 0;
}

void import_series(const ImportOptions& options, RunFolder& folder, const Warn& warn) {
  const auto request = parse_train_series(training_arguments(options));
  auto training = read_series_data(request.options, warn);
  auto& settings = training.settings;
  settings.model.linear_steps = steps_read_by("linear.weight", 3, options.weights);
  SeriesModel model(settings.model);
  set_scaling(model->feature_scaling(), training.feature_scaling);
  set_scaling(model->target_scaling(), settings.target_scaling);
  auto data = load_file(*model, options.weights);
  if (settings.target_kind == TargetKind::number) {
    settings.target_scaling = scaling_of(model->target_scaling());
  }
  data["train_file"] = options.train;
  data["train_file_sha256"] = training.train_sha256;
  folder.add_file(kConfigFile, request.config_text);
  save_run(Task::series, *model, to_json(settings), std::move(data), folder);
}

void import_forecast(const ImportOptions& options, RunFolder& folder, const Warn& warn) {
  const auto request = parse_train_forecast(training_arguments(options));
  auto training = read_forecast_data(request.options, warn);
  auto& settings = training.settings;
  settings.model.autoregression = steps_read_by("autoregression.weight", 2, options.weights);
  Forecaster model(settings.model);
  set_scaling(model->feature_scaling(), settings.feature_scaling);
  set_scaling(model->target_scaling(), settings.target_scaling);
  auto data = load_file(*model, options.weights);
  settings.feature_scaling = scaling_of(model->feature_scaling());
  settings.feature_scaling.resize(settings.features.size());  // without the calendar
  settings.target_scaling = scaling_of(model->target_scaling());
  data["train_file"] = options.train;
  data["train_file_sha256"] = training.sha256;
  folder.add_file(kConfigFile, request.config_text);
  save_run(Task::forecast, *model, to_json(settings), std::move(data), folder);
}

void import_model(Task task, const ImportOptions& options, RunFolder& folder, const Warn& warn) {
  switch (task) {
    case Task::text:
      return import_text(options, folder, warn);
    case Task::series:
      return import_series(options, folder, warn);
    case Task::forecast:
      return import_forecast(options, folder, warn);
  }
  throw Error("unhandled task");
}

}  // namespace

int import_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_result(kImportUsage);
    return arguments.empty() ? 2 : 0;
  }
  const Task task = task_named("import", arguments.front());
  ImportOptions options;
  auto table = make_table(task, options);
  if (!table.parse({arguments.begin() + 1, arguments.end()})) {
    print_result(table.help());
    return 0;
  }
  require_complete(task, options);
  Console console(options.quiet);
  RunFolder folder(options.out, options.overwrite ? IfExists::overwrite : IfExists::refuse);
  import_model(task, options, folder, [&](const std::string& text) { console.warn(text); });
  console.note(fmt::format("{}: the weights of {}", options.out, options.weights));
  return 0;
}

}  // namespace mnemo
