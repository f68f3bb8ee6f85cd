#include "app/tasks/series/series_settings.h"

#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/settings/json_enums.h"
#include "app/settings/scaling_json.h"
#include "app/settings/transformer_json.h"
#include "datasets/number_parser.h"

namespace mnemo {
namespace {

using nlohmann::json;

json series_model_to_json(const SeriesModelOptions& model) {
  return {{"z_normalize", model.z_normalize},
          {"step_dropout", model.step_dropout},
          {"cell", enum_name(model.encoder.cell)},
          {"activation", enum_name(model.encoder.activation)},
          {"hidden_sizes", model.encoder.hidden_sizes},
          {"bidirectional", model.encoder.bidirectional},
          {"layer_dropout", model.encoder.dropout},
          {"pooling", names_of(model.pooling.kinds)},
          {"heads", model.pooling.heads},
          {"dropout", model.dropout},
          {"aux_classes", model.aux_classes},
          {"linear_steps", model.linear_steps},
          {"input_dropout", model.input_dropout},
          {"output_dropout", model.output_dropout},
          {"variational_dropout", model.encoder.variational},
          {"recurrent_dropout", model.encoder.recurrent_dropout},
          {"inner_norm", enum_name(model.encoder.inner_norm)},
          {"norm", enum_name(model.norm.kind)}};
}

SeriesModelOptions series_model_from_json(const json& object) {
  SeriesModelOptions model;
  object.at("z_normalize").get_to(model.z_normalize);
  object.at("step_dropout").get_to(model.step_dropout);
  model.encoder.cell = read_enum<Cell>(object, "cell");
  model.encoder.activation = read_enum<Activation>(object, "activation");
  object.at("hidden_sizes").get_to(model.encoder.hidden_sizes);
  if (model.encoder.hidden_sizes.empty()) throw Error("\"hidden_sizes\" is empty");
  object.at("bidirectional").get_to(model.encoder.bidirectional);
  object.at("layer_dropout").get_to(model.encoder.dropout);
  if (model.encoder.cell == Cell::transformer) {
    model.transformer = transformer_from_json(object);
    object.at("longest").get_to(model.transformer.longest);
  }
  model.pooling.kinds = read_enums<Pooling>(object, "pooling");
  object.at("heads").get_to(model.pooling.heads);
  object.at("dropout").get_to(model.dropout);
  model.aux_classes = object.value("aux_classes", int64_t{0});
  model.linear_steps = object.value("linear_steps", int64_t{0});
  if (model.linear_steps < 0) throw Error("\"linear_steps\" is below 0");
  model.input_dropout = object.value("input_dropout", 0.0);
  model.output_dropout = object.value("output_dropout", 0.0);
  model.encoder.variational = object.value("variational_dropout", false);
  model.encoder.recurrent_dropout = object.value("recurrent_dropout", 0.0);
  model.encoder.inner_norm = read_enum_or<Norm>(object, "inner_norm", Norm::none);
  model.norm.kind = read_enum<Norm>(object, "norm");
  return model;
}

json reader_to_json(const SeriesReaderOptions& reader) {
  return {{"format", enum_name(reader.format)},
          {"id_column", reader.id_column},
          {"target_columns", reader.target_columns},
          {"aux_label_column", reader.aux_label_column},
          {"missing", enum_name(reader.missing)}};
}

SeriesReaderOptions reader_from_json(const json& object) {
  SeriesReaderOptions reader;
  reader.format = read_enum<SeriesFormat>(object, "format");
  object.at("id_column").get_to(reader.id_column);
  object.at("target_columns").get_to(reader.target_columns);
  reader.aux_label_column = object.value("aux_label_column", "");
  reader.missing = read_enum<MissingSteps>(object, "missing");
  return reader;
}

// A series that learned positions do not reach over has none.
void require_positions(const LabelledSeries& data, const SeriesModelOptions& model,
                       const std::string& file) {
  const bool is_bound =
      model.encoder.cell == Cell::transformer && model.transformer.positions == Positions::learned;
  if (!is_bound) return;
  for (int64_t i = 0; i < data.size(); ++i) {
    if (data.length(i) <= model.transformer.longest) continue;
    throw Error(fmt::format(
        "{}: series {} has {} steps, and the model's learned positions end at {}, the longest "
        "training series: shorten it, or train with --positions sinusoidal",
        file, data.ids[static_cast<size_t>(i)], data.length(i), model.transformer.longest));
  }
}

}  // namespace

void complete_model(SeriesSettings& settings) {
  settings.model.features = std::ssize(settings.features);
  settings.model.outputs = settings.target_kind == TargetKind::label
                               ? settings.labels.size()
                               : std::ssize(settings.target_scaling);
}

std::vector<std::string> target_names(const SeriesSettings& settings) {
  const auto outputs = static_cast<size_t>(settings.model.outputs);
  const auto format = settings.reader.format;
  const bool has_columns = format != SeriesFormat::ts && format != SeriesFormat::npy;
  if (has_columns && settings.reader.target_columns.size() == outputs) {
    return settings.reader.target_columns;
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < outputs; ++i) names.push_back(fmt::format("target {}", i + 1));
  return names;
}

json to_json(const SeriesSettings& settings) {
  const auto& options = settings.model;
  json model =
      with_transformer(series_model_to_json(options), options.encoder.cell, options.transformer);
  if (options.encoder.cell == Cell::transformer) model["longest"] = options.transformer.longest;
  return {{"model", std::move(model)},
          {"target_kind", enum_name(settings.target_kind)},
          {"features", settings.features},
          {"labels", settings.labels.names()},
          {"target_scaling", scaling_to_json(settings.target_scaling)},
          {"reader", reader_to_json(settings.reader)}};
}

SeriesSettings series_settings_from_json(const json& object, const std::string& name) {
  return read_settings(name, [&] {
    SeriesSettings settings;
    settings.model = series_model_from_json(object.at("model"));
    settings.target_kind = read_enum<TargetKind>(object, "target_kind");
    object.at("features").get_to(settings.features);
    settings.labels = LabelSet(object.at("labels").get<std::vector<std::string>>());
    settings.target_scaling = scaling_from_json(object.at("target_scaling"));
    settings.reader = reader_from_json(object.at("reader"));
    complete_model(settings);
    if (settings.model.outputs < 1) throw Error("it has neither labels nor targets");
    return settings;
  });
}

LabelledSeries read_series_for(const SeriesSettings& settings, const SeriesReaderOptions& options,
                               const std::string& file, Targets targets) {
  auto data = read_labelled_series(file, options, targets);
  if (data.features != settings.features) {
    throw Error(fmt::format(
        "{}: its features are {} ({}), and the model was trained on {} ({}); give it the same "
        "columns in the same order",
        file, data.features.size(), fmt::join(data.features, ", "), settings.features.size(),
        fmt::join(settings.features, ", ")));
  }
  require_positions(data, settings.model, file);
  return data;
}

std::vector<double> numbers_of(const LabelledSeries& data, const std::string& file) {
  std::vector<double> numbers;
  for (size_t i = 0; i < data.targets.size(); ++i) {
    const auto number = parse_number(data.targets[i]);
    if (!number || !std::isfinite(*number)) {
      const size_t series = i / static_cast<size_t>(data.targets_per_series);
      throw Error(fmt::format(
          "{}: series {} has the target \"{}\", which is no number; with --target-kind number all "
          "targets are numbers (--target-kind class takes any label)",
          file, data.ids[series], data.targets[i]));
    }
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace mnemo
