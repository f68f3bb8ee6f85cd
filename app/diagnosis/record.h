// The findings of `diagnose` at one step of a training: a line of diagnosis.jsonl.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mnemo {

// The parameters of one layer, or one direction of a recurrent layer, as one vector.
struct LayerRecord {
  std::string name;            // e.g. "encoder.0.l0", "dense"
  double gradient_norm = 0.0;  // of the step's own gradient, before clipping
  double weight_norm = 0.0;    // before the step's update
  double update_norm = 0.0;    // of what the update changed

  double update_ratio() const { return weight_norm > 0.0 ? update_norm / weight_norm : 0.0; }
};

// An activation inside a cell: shares of all its values, over units, steps and sequences.
struct GateRecord {
  std::string name;         // see ProbedGate
  double low = 0.0;         // below kClosedGate; of a sigmoid
  double high = 0.0;        // above kOpenGate; of a tanh, in size
  double stuck_low = 0.0;   // share of the units that are low nearly always
  double stuck_high = 0.0;  // likewise high

  bool operator==(const GateRecord&) const = default;
};

// One direction of a recurrent layer, over the probed sequences.
struct PassRecord {
  std::string name;  // as the layer's; "encoder.l0#2" when it ran a second time
  std::string cell;  // lstm, gru, rnn
  int64_t steps = 0;
  int64_t units = 0;
  double dead = 0.0;  // share of the units that hardly vary
  // The figures below belong to a state d steps before its sequence's end (as the direction reads
  // it); each mean is over the sequences that are longer than d.
  std::vector<int64_t> distances = {};
  // Mean norm of the gradient of a sequence's own loss with respect to that state, by every way.
  std::vector<double> gradient = {};
  // The share of the gradient at the end that the recurrence alone carries back. Empty where there
  // is none at the end.
  std::vector<double> memory = {};
  std::vector<GateRecord> gates = {};
};

struct DiagnosisRecord {
  int64_t step = 0;  // from 1, over all epochs
  int64_t epoch = 0;
  double loss = 0.0;  // mean of the probed samples, without dropout, before the update
  double learning_rate = 0.0;
  double gradient_norm = 0.0;  // of all parameters, before clipping
  std::vector<LayerRecord> layers = {};
  std::vector<PassRecord> passes = {};
};

// Numbers to five digits; those that are not finite as null.
nlohmann::json to_json(const DiagnosisRecord& record);

// The lines of a diagnosis.jsonl. Throws Error, naming `name` and the line, for others.
std::vector<DiagnosisRecord> diagnosis_records(const std::string& lines, const std::string& name);

}  // namespace mnemo
