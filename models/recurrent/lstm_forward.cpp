#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "models/kernels/pointers.h"
#include "models/parallel.h"
#include "models/recurrent/lstm_kernel.h"
#include "models/recurrent/lstm_plan.h"

namespace mnemo {
namespace {

// Steps of few sequences are projected together, up to this many rows: a product of one row a step
// would read all weights for each.
constexpr int64_t kRowsPerProjection = 32;

// Pointers to everything that the tasks of one forward pass share.
template <typename Storage>
struct ForwardPass {
  const LstmPlan& plan;
  const std::vector<PackedLstmWeights>& weights;
  const GateColumns& columns;
  const StorageKernels<Storage>& kernels;
  const Storage* input;  // (N, input_size)
  int64_t input_size;
  int64_t sequences;                // B
  const Storage* initial_hidden;    // (D, B, padded) or null
  Storage* values;                  // (N, D H)
  int64_t values_stride;            // D H
  Storage* last_hidden;             // (D, B, padded)
  float* cell;                      // (D, B, padded), initial; final at the end
  Storage* trace_gates = nullptr;   // (D, N, 4 padded)
  float* trace_cell = nullptr;      // (D, N, padded)
  Storage* trace_hidden = nullptr;  // (D, N, padded)
};

template <typename Storage>
class ForwardTask {
 public:
  ForwardTask(const ForwardPass<Storage>& pass, const LstmTask& task)
      : pass_(pass),
        task_(task),
        weights_(pass.weights[static_cast<size_t>(task.direction)]),
        padded_(pass.columns.padded),
        owns_all_(task.sequences == pass.sequences) {
    const int64_t rows = owns_all_ ? std::max(kRowsPerProjection, task.sequences) : task.sequences;
    gates_.resize(static_cast<size_t>(rows * pass.columns.gates()));
    const auto size = static_cast<size_t>(task.sequences * padded_);
    for (auto& hidden : hidden_) hidden.assign(size, Storage{});
    if (pass.initial_hidden == nullptr) return;
    const Storage* initial = pass.initial_hidden + state_offset();
    for (auto& hidden : hidden_) std::memcpy(hidden.data(), initial, size * sizeof(Storage));
  }

  void run() {
    const int64_t steps = pass_.plan.steps();
    for (int64_t done = 0; done < steps;) {
      const int64_t together = steps_projected_together(done);
      const int64_t rows = project(done, together);
      for (int64_t i = done; i < done + together; ++i) step(i, rows);
      done += together;
    }
    end_block_matmul();
  }

 private:
  // The direction's i-th step, from 0.
  int64_t time(int64_t i) const { return task_.direction == 0 ? i : pass_.plan.steps() - 1 - i; }
  int64_t rows_at(int64_t i) const { return pass_.plan.rows(task_, time(i)); }
  int64_t state_offset() const {
    return (task_.direction * pass_.sequences + task_.first) * padded_;
  }

  int64_t steps_projected_together(int64_t done) const {
    // Rows of consecutive steps lie together only when the task has all of them.
    if (!owns_all_) return 1;
    int64_t together = 1;
    int64_t rows = rows_at(done);
    while (done + together < pass_.plan.steps()) {
      rows += rows_at(done + together);
      if (rows > kRowsPerProjection) break;
      ++together;
    }
    return together;
  }

  // gates_ = input W_ih of these steps, a panel of (rows, 4 units) for each block; the rows.
  int64_t project(int64_t done, int64_t together) {
    const int64_t earliest = std::min(time(done), time(done + together - 1));
    first_row_ = pass_.plan.first_row(task_, earliest);
    int64_t rows = 0;
    for (int64_t i = done; i < done + together; ++i) rows += rows_at(i);
    if (rows == 0) return 0;
    for (int64_t block = 0; block < pass_.columns.blocks; ++block) {
      const int64_t width = weights_.input.width(block);
      block_matmul(rows, width, weights_.input.rows, pass_.input + first_row_ * pass_.input_size,
                   pass_.input_size, weights_.input.template panel<Storage>(block),
                   gates_.data() + rows * pass_.columns.first_column(block), width, Sum::replace);
    }
    return rows;
  }

  void step(int64_t i, int64_t projected_rows) {
    const int64_t rows = rows_at(i);
    if (rows == 0) return;
    const int64_t row = pass_.plan.first_row(task_, time(i));
    const Storage* before = hidden_[i % 2].data();
    Storage* after = hidden_[(i + 1) % 2].data();
    if (pass_.trace_hidden != nullptr) {
      std::memcpy(pass_.trace_hidden + trace_row(row) * padded_, before,
                  static_cast<size_t>(rows * padded_) * sizeof(Storage));
    }
    for (int64_t n = 0; n < pass_.columns.blocks; ++n) {
      const int64_t block = there_and_back(i, n, pass_.columns.blocks);
      const int64_t width = weights_.recurrent.width(block);
      float* gates = gates_.data() + projected_rows * pass_.columns.first_column(block) +
                     (row - first_row_) * width;
      block_matmul(rows, width, padded_, before, padded_,
                   weights_.recurrent.template panel<Storage>(block), gates, width, Sum::add);
      activate(block, rows, row, gates, after);
    }
    keep_last(i, rows, after);
  }

  int64_t trace_row(int64_t row) const { return task_.direction * pass_.plan.values() + row; }

  void activate(int64_t block, int64_t rows, int64_t row, float* gates, Storage* after) {
    const auto& columns = pass_.columns;
    const int64_t unit = columns.first_unit(block), column = columns.first_column(block);
    LstmForwardBlock<Storage> b = {};
    b.rows = rows;
    b.units = columns.units(block);
    b.padded = columns.padded_units(block);
    b.gates = gates;
    b.bias = const_data<float>(weights_.bias) + column;
    b.cell = pass_.cell + state_offset() + unit;
    b.cell_stride = padded_;
    b.hidden = after + unit;
    b.hidden_stride = padded_;
    b.output = pass_.values + row * pass_.values_stride + task_.direction * columns.hidden + unit;
    b.output_stride = pass_.values_stride;
    if (pass_.trace_gates != nullptr) {
      b.saved_gates = pass_.trace_gates + trace_row(row) * columns.gates() + column;
      b.saved_gates_stride = columns.gates();
      b.saved_cell = pass_.trace_cell + trace_row(row) * padded_ + unit;
      b.saved_cell_stride = padded_;
    }
    pass_.kernels.lstm_forward(b);
  }

  // The sequences that the direction's next step does not have are over.
  void keep_last(int64_t i, int64_t rows, const Storage* after) {
    const int64_t next = pass_.plan.rows(task_, i + 1 < pass_.plan.steps() ? time(i + 1) : -1);
    if (next >= rows) return;
    std::memcpy(pass_.last_hidden + state_offset() + next * padded_, after + next * padded_,
                static_cast<size_t>((rows - next) * padded_) * sizeof(Storage));
  }

  const ForwardPass<Storage>& pass_;
  const LstmTask& task_;
  const PackedLstmWeights& weights_;
  const int64_t padded_;
  const bool owns_all_;
  int64_t first_row_ = 0;  // of the projected steps
  std::vector<float> gates_;
  // h of the task's sequences, (sequences, padded): a step reads one and writes the other.
  std::array<std::vector<Storage>, 2> hidden_;
};

// (D, B, H) fp32 -> (D, B, padded), zeros for an undefined tensor.
at::Tensor padded_state(const at::Tensor& state, at::IntArrayRef shape) {
  auto padded = at::zeros(shape, at::kFloat);
  if (state.defined()) padded.narrow(2, 0, state.size(2)).copy_(state);
  return padded;
}

template <typename Storage>
void run(const ForwardPass<Storage>& pass) {
  const auto& tasks = pass.plan.tasks;
  for_each_range_on_threads(static_cast<int64_t>(tasks.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      ForwardTask<Storage>(pass, tasks[static_cast<size_t>(i)]).run();
    }
  });
}

}  // namespace

LstmForwardResult lstm_forward(const at::Tensor& input, const SequenceLayout& layout,
                               const std::vector<PackedLstmWeights>& directions,
                               int64_t hidden_size, const at::Tensor& initial_hidden,
                               const at::Tensor& initial_cell, LstmUse use,
                               const VectorKernels& kernels) {
  const GateColumns columns(hidden_size);
  const auto count = static_cast<int64_t>(directions.size());
  const LstmPlan plan(layout, count);
  const int64_t values = plan.values();
  const auto type = input.options();
  const std::vector<int64_t> state_shape = {count, layout.sequences(), columns.padded};

  LstmForwardResult result;
  result.values = at::empty({values, count * hidden_size}, type);
  auto hidden = at::empty(state_shape, type);
  auto cell = padded_state(initial_cell, state_shape);
  at::Tensor initial;
  if (initial_hidden.defined()) {
    initial = padded_state(initial_hidden, state_shape).to(type.dtype().toScalarType());
  }
  if (use == LstmUse::training) {
    result.trace.input = input;
    result.trace.gates = at::empty({count, values, columns.gates()}, type);
    result.trace.cell_before = at::empty({count, values, columns.padded}, at::kFloat);
    result.trace.hidden_before = at::empty({count, values, columns.padded}, type);
  }
  with_storage(input.scalar_type(), [&]<typename Storage>(Storage) {
    run(ForwardPass<Storage>{.plan = plan,
                             .weights = directions,
                             .columns = columns,
                             .kernels = kernels_for<Storage>(kernels),
                             .input = const_data<Storage>(input),
                             .input_size = input.size(1),
                             .sequences = layout.sequences(),
                             .initial_hidden = const_data<Storage>(initial),
                             .values = data<Storage>(result.values),
                             .values_stride = count * hidden_size,
                             .last_hidden = data<Storage>(hidden),
                             .cell = data<float>(cell),
                             .trace_gates = data<Storage>(result.trace.gates),
                             .trace_cell = data<float>(result.trace.cell_before),
                             .trace_hidden = data<Storage>(result.trace.hidden_before)});
  });
  result.hidden = hidden.narrow(2, 0, hidden_size).to(at::kFloat);
  result.cell = cell.narrow(2, 0, hidden_size);
  return result;
}

}  // namespace mnemo
