#include "app/tasks/series/series_settings.h"

#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/settings/data_json.h"
#include "app/settings/json_fields.h"
#include "app/settings/layer_fields.h"
#include "datasets/number_parser.h"
#include "datasets/series/series_format.h"

namespace mnemo {
namespace {

template <typename Fields, typename Model>
void describe_series_model(Fields& fields, Model& model) {
  fields.field("z_normalize", model.z_normalize);
  fields.field("step_dropout", model.step_dropout);
  fields.field("hidden_sizes", model.encoder.hidden_sizes);
  describe_layers(fields, model);
  if (model.encoder.cell == Cell::transformer) fields.field("longest", model.transformer.longest);
  fields.field("linear_steps", model.linear_steps);
  fields.field("input_dropout", model.input_dropout);
}

template <typename Fields, typename Reader>
void describe_series_reader(Fields& fields, Reader& reader) {
  fields.field("format", reader.format);
  fields.field("id_column", reader.id_column);
  fields.field("target_columns", reader.target_columns);
  fields.field("aux_label_column", reader.aux_label_column);
  fields.field("missing", reader.missing);
  fields.newer("step_column", reader.step_column, std::string());
  fields.newer("delimiter", reader.delimiter, Delimiter::automatic);
  fields.newer("quoting", reader.quoting, Quoting::automatic);
  fields.newer("known_format", reader.known_format, SeriesFormat::automatic);
  fields.newer("ending", reader.ending, std::string());
}

template <typename Fields, typename Settings>
void describe_series_settings(Fields& fields, Settings& settings) {
  fields.object("model", [&](auto& inner) { describe_series_model(inner, settings.model); });
  fields.field("target_kind", settings.target_kind);
  fields.field("features", settings.features);
  fields.field("labels", settings.labels);
  fields.field("target_scaling", settings.target_scaling);
  fields.object("reader", [&](auto& inner) { describe_series_reader(inner, settings.reader); });
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
        "training series: shorten it, or train with `positions` sinusoidal",
        file, data.ids[static_cast<size_t>(i)], data.length(i), model.transformer.longest));
  }
}

void require_fit(const LabelledSeries& data, const SeriesSettings& settings,
                 const std::string& file) {
  if (data.features != settings.features) {
    throw Error(fmt::format(
        "{}: its features are {} ({}), and the model was trained on {} ({}); give it the same "
        "columns in the same order",
        file, data.features.size(), fmt::join(data.features, ", "), settings.features.size(),
        fmt::join(settings.features, ", ")));
  }
  require_positions(data, settings.model, file);
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
  const bool has_columns = format == SeriesFormat::automatic || definition_of(format).has_columns;
  if (has_columns && settings.reader.target_columns.size() == outputs) {
    return settings.reader.target_columns;
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < outputs; ++i) names.push_back(fmt::format("target {}", i + 1));
  return names;
}

nlohmann::json to_json(const SeriesSettings& settings) {
  FieldWriter fields;
  describe_series_settings(fields, settings);
  return fields.take();
}

SeriesSettings series_settings_from_json(const nlohmann::json& object, const std::string& name) {
  return read_settings(name, [&] {
    SeriesSettings settings;
    FieldReader fields(object);
    describe_series_settings(fields, settings);
    const auto& model = settings.model;
    require_sound(model.encoder.cell, model.transformer);
    if (model.encoder.hidden_sizes.empty()) throw Error("\"hidden_sizes\" is empty");
    if (model.linear_steps < 0) throw Error("\"linear_steps\" is below 0");
    complete_model(settings);
    if (settings.model.outputs < 1) throw Error("it has neither labels nor targets");
    return settings;
  });
}

LabelledSeries read_series_for(const SeriesSettings& settings, const SeriesReaderOptions& options,
                               const std::string& file, Targets targets) {
  auto data = read_labelled_series(file, options, targets);
  require_fit(data, settings, file);
  return data;
}

LabelledSeries label_series_for(const SeriesSettings& settings, const TrainingSeries& rows,
                                const std::string& name) {
  auto data = label_series(rows, settings.reader.missing, name);
  require_fit(data, settings, name);
  return data;
}

LabelledSeries make_series_for(const SeriesSettings& settings,
                               std::span<const std::span<const float>> series,
                               const std::string& name) {
  LabelledSeries data;
  data.features = settings.features;
  data.offsets = {0};
  const auto width = settings.features.size();
  for (const auto& values : series) {
    data.ids.push_back(fmt::format("{}", data.ids.size() + 1));
    if (values.empty() || values.size() % width != 0) {
      throw UsageError(fmt::format(
          "{}: series {} has {} values; a value of each of the {} features ({}) was expected for "
          "each step",
          name, data.ids.back(), values.size(), width, fmt::join(settings.features, ", ")));
    }
    const auto odd = std::ranges::find_if_not(values, [](float v) { return std::isfinite(v); });
    if (odd != values.end()) {
      const auto place = static_cast<size_t>(odd - values.begin());
      throw UsageError(fmt::format(
          "{}: series {} has the value {} of feature {} at step {}; a finite number was expected",
          name, data.ids.back(), *odd, settings.features[place % width], place / width + 1));
    }
    data.values.insert(data.values.end(), values.begin(), values.end());
    data.offsets.push_back(data.offsets.back() + static_cast<int64_t>(values.size() / width));
  }
  require_positions(data, settings.model, name);
  return data;
}

std::vector<double> numbers_of(const LabelledSeries& data, const std::string& file) {
  std::vector<double> numbers;
  for (size_t i = 0; i < data.targets.size(); ++i) {
    const auto number = parse_number(data.targets[i]);
    if (!number || !std::isfinite(*number)) {
      const size_t series = i / static_cast<size_t>(data.targets_per_series);
      throw Error(fmt::format(
          "{}: series {} has the target \"{}\", which is no number; with `target-kind` number all "
          "targets are numbers (`target-kind` class takes any label)",
          file, data.ids[series], data.targets[i]));
    }
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace mnemo
