#include "app/runs/tensorboard_log.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "app/runs/event_file.h"
#include "mnemo/error.h"

namespace mnemo {
namespace {

// Training and validation of one figure under one heading: valid_loss is loss/validation.
std::string tag_of(const std::string& name) {
  constexpr std::string_view kTrain = "train_", kValid = "valid_";
  if (name.starts_with(kTrain)) return name.substr(kTrain.size()) + "/training";
  if (name.starts_with(kValid)) return name.substr(kValid.size()) + "/validation";
  return "progress/" + name;
}

std::string events_of(const std::string& lines, double seconds) {
  std::string events;
  std::istringstream input(lines);
  for (std::string line; std::getline(input, line);) {
    const auto metrics = nlohmann::json::parse(line);
    std::vector<TaggedNumber> numbers;
    for (const auto& [name, value] : metrics.items()) {
      if (name != "epoch" && value.is_number()) {
        numbers.push_back({tag_of(name), value.get<double>()});
      }
    }
    events += event_record(seconds, metrics.at("epoch").get<int64_t>(), numbers);
  }
  return events;
}

}  // namespace

void TensorBoardLog::update(const std::string& metrics) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  // Appended, not replaced: TensorBoard keeps the file open.
  const auto mode = told_ == 0 ? std::ios::trunc : std::ios::app;
  std::ofstream file(run_ / kEventFile, std::ios::binary | mode);
  if (told_ == 0) file << first_event(now.count());
  file << events_of(metrics.substr(told_), now.count()) << std::flush;
  told_ = file ? metrics.size() : 0;  // after a record that was cut off, all anew
  if (!file) throw Error(fmt::format("cannot write {}", (run_ / kEventFile).string()));
}

}  // namespace mnemo
