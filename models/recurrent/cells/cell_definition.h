// A recurrent cell, all of it: its parameters, its states, its step, and how a layer of it is
// computed and exported. Layers, stacks, initialisation, diagnosis and exports ask the definition,
// and none of them knows a cell by name.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "models/kernels/dispatch.h"
#include "models/sequence_batch.h"

namespace mnemo {

enum class Activation { tanh, relu };  // of the plain RNN; other cells have none to choose

// A parameter is initialised and dropped by its role, which also says how many columns it has.
enum class CellRole {
  input,      // (rows H, F): what the step's input is multiplied with
  recurrent,  // (rows H, H): what the state before is multiplied with
  bias,       // (rows H)
};

struct CellParameter {
  std::string_view name;  // "weight_ih"; the layer's "_l0" and so on stands behind
  CellRole role = CellRole::bias;
  int64_t rows = 1;  // times H, one for each gate
};

// torch.nn.LSTM, GRU and RNN have these four, in this order.
std::vector<CellParameter> pytorch_parameters(int64_t gates);

enum class Squash { sigmoid, tanh, relu };

// Says where a unit's activation, stuck, lets nothing new through, for `diagnose`.
enum class Blocks {
  nowhere,  // an open forget gate is a memory
  shut,     // at the low end
  open,     // at the high end, as an update gate that keeps the state
  at_ends,  // at both, as the state's own activation, which hardly any gradient passes there
};

// An activation inside a cell.
struct CellGate {
  const char* name = "";
  Squash squash = Squash::sigmoid;
  Blocks blocks = Blocks::nowhere;
};

using CellTensors = std::vector<at::Tensor>;

// Computes what these take of a layer's input: packed (N, F) -> (N, gates H), its first bias added.
at::Tensor pytorch_read(const at::Tensor& packed, const CellTensors& weights);

struct CellStepInput {
  at::Tensor input;            // (B_t, R) the step's rows of what read() has returned
  const CellTensors& states;   // (B_t, H) each, as they were before
  const CellTensors& weights;  // in the order of the parameters
  Activation activation = Activation::tanh;
};

struct CellStep {
  CellTensors states;  // (B_t, H) each
  CellTensors gates;   // (B_t, H) each, activated, in the order of gates()
};

// One direction of a layer, in the order in which the sequences are read.
struct CellPass {
  const at::Tensor& input;  // (N, F)
  const SequenceLayout& layout;
  const CellTensors& states;   // (B, H) each, where the sequences begin
  const CellTensors& weights;  // in the order of the parameters
  Activation activation = Activation::tanh;
  bool wants_all_states = false;  // after each sequence's own end, not the first one alone
};

struct CellPassResult {
  at::Tensor values;  // (N, H) the first state at every step
  // (B, H) each after each sequence's own end: all but the first; empty if they are not wanted.
  CellTensors other_states = {};
};

// A layer of one or two directions at once, as kernels of mnemo's own compute it.
struct CellLayer {
  const at::Tensor& input;  // (N, F) in fp32 or `type`
  const SequenceLayout& layout;
  const std::vector<CellTensors>& weights;  // of each direction, in the order of the parameters
  const CellTensors& states;                // (D, B, H) each; empty: zeros
  at::ScalarType type = at::kFloat;
  const VectorKernels& kernels;
};

struct CellLayerResult {
  at::Tensor values;   // (N, D H)
  CellTensors states;  // (D, B, H) each, fp32 at least, after each sequence's own end
};

// Keeps what a layer's kernels make of its weights from call to call.
class CellKernels {
 public:
  virtual ~CellKernels() = default;
  virtual CellLayerResult forward(const CellLayer& layer) = 0;
};

// The bias that lets a forget gate begin open, so that the state is kept: a gate's part of a
// parameter. A gate that forgets when it is open, as that of a minimal gated unit, has none.
struct ForgetBias {
  std::string_view parameter;
  int64_t gate = 0;
};

struct CellDefinition {
  std::vector<CellParameter> parameters;
  // Names of the states that go from step to step, as exports call them. The first is the hidden
  // state: the layer's output, which the next layer reads.
  std::vector<std::string_view> states;
  std::vector<CellGate> (*gates)(Activation) = nullptr;

  // Computes for all steps at once what they take of the layer's input: packed (N, F) -> (N, R).
  at::Tensor (*read)(const at::Tensor& packed, const CellTensors& weights) = nullptr;
  CellStep (*step)(const CellStepInput& input) = nullptr;

  // The same by LibTorch's operators for whole sequences; null: step by step.
  CellPassResult (*by_operators)(const CellPass& pass) = nullptr;
  // The same by kernels of mnemo's own on the CPU, on machines and in types that the former returns
  // some for; null: there are none.
  const VectorKernels* (*kernels)(KernelPath path, at::ScalarType type) = nullptr;
  std::unique_ptr<CellKernels> (*make_kernels)() = nullptr;

  // A TorchScript expression of one direction of a layer over {input} (B, T, F) that gives a tuple:
  // the hidden state at every step (B, T, H), and each state after the last one (1, B, H). {states}
  // stands for their names where the layer begins, {weights} for those of its parameters, both
  // divided by commas, {activation} for the activation's.
  const char* source = "";
  // Methods that the expression calls, for cells that LibTorch has no operator for.
  const char* source_methods = "";

  std::optional<ForgetBias> forget_bias = std::nullopt;
  bool takes_activation = false;
};

// True when a matrix leads from state to state: it can be orthogonal at first, and dropped.
bool has_recurrent_matrix(const CellDefinition& cell);

}  // namespace mnemo
