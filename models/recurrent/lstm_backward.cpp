#include <algorithm>
#include <cstring>
#include <vector>

#include "models/kernels/pointers.h"
#include "models/parallel.h"
#include "models/recurrent/lstm_kernel.h"
#include "models/recurrent/lstm_plan.h"

namespace mnemo {
namespace {

// ---- Through time: gradients of the gates, the states and the biases ----

template <typename Storage>
struct BackwardPass {
  const LstmPlan& plan;
  const std::vector<PackedLstmWeights>& weights;
  const GateColumns& columns;
  const StorageKernels<Storage>& kernels;
  int64_t sequences;           // B
  const Storage* gates;        // (D, N, 4 padded)
  const float* cell_before;    // (D, N, padded)
  const Storage* grad_values;  // (N, D H) or null
  int64_t values_stride;       // D H
  float* grad_hidden;          // (D, B, padded): of the final states; at the end of the initial
  float* grad_cell;            // likewise
  Storage* grad_gates;         // (D, N, 4 padded)
  float* grad_bias;            // (tasks, 4 padded), zero
};

template <typename Storage>
void walk_back(const BackwardPass<Storage>& pass, int64_t task_index) {
  const LstmTask& task = pass.plan.tasks[static_cast<size_t>(task_index)];
  const auto& columns = pass.columns;
  const auto& back = pass.weights[static_cast<size_t>(task.direction)].recurrent_back;
  const int64_t padded = columns.padded, steps = pass.plan.steps();
  const int64_t state = (task.direction * pass.sequences + task.first) * padded;
  for (int64_t i = steps - 1; i >= 0; --i) {
    const int64_t t = task.direction == 0 ? i : steps - 1 - i;
    const int64_t rows = pass.plan.rows(task, t);
    if (rows == 0) continue;
    const int64_t row = pass.plan.first_row(task, t);
    const int64_t trace_row = task.direction * pass.plan.values() + row;
    Storage* grad_gates = pass.grad_gates + trace_row * columns.gates();
    for (int64_t block = 0; block < columns.blocks; ++block) {
      const int64_t unit = columns.first_unit(block), column = columns.first_column(block);
      LstmBackwardBlock<Storage> b = {};
      b.rows = rows;
      b.units = columns.units(block);
      b.padded = columns.padded_units(block);
      b.saved_gates = pass.gates + trace_row * columns.gates() + column;
      b.saved_gates_stride = columns.gates();
      b.saved_cell = pass.cell_before + trace_row * padded + unit;
      b.saved_cell_stride = padded;
      if (pass.grad_values != nullptr) {
        b.grad_output =
            pass.grad_values + row * pass.values_stride + task.direction * columns.hidden + unit;
        b.grad_output_stride = pass.values_stride;
      }
      b.grad_hidden = pass.grad_hidden + state + unit;
      b.grad_cell = pass.grad_cell + state + unit;
      b.grad_state_stride = padded;
      b.grad_gates = grad_gates + column;
      b.grad_gates_stride = columns.gates();
      b.grad_bias = pass.grad_bias + task_index * columns.gates() + column;
      pass.kernels.lstm_backward(b);
    }
    for (int64_t n = 0; n < back.panels(); ++n) {
      const int64_t panel = there_and_back(i, n, back.panels());
      block_matmul(rows, back.width(panel), columns.gates(), grad_gates, columns.gates(),
                   back.template panel<Storage>(panel),
                   pass.grad_hidden + state + panel * back.panel_columns, padded, Sum::replace);
    }
  }
  end_block_matmul();
}

// ---- Over all steps: gradients of weights and input ----

constexpr int64_t kChunkRows = 256;     // values whose products are summed in one call
constexpr int64_t kChunkMultiple = 32;  // a chunk's rows are padded to this, with zeros
constexpr int64_t kPanelColumns = 64;

// A matrix (N, columns) transposed in chunks of rows, each (columns, kChunkRows).
template <typename Storage>
struct TransposedChunks {
  at::Tensor storage;
  int64_t columns;

  TransposedChunks(const Storage* source, int64_t rows, int64_t columns_of, at::ScalarType type,
                   const StorageKernels<Storage>& kernels)
      : columns(columns_of) {
    const int64_t chunks = (rows + kChunkRows - 1) / kChunkRows;
    storage = at::empty({chunks, columns, kChunkRows}, type);
    auto* target = data<Storage>(storage);
    for_each_range_on_threads(chunks, 1, [&](int64_t begin, int64_t end) {
      for (int64_t chunk = begin; chunk < end; ++chunk) {
        const int64_t row = chunk * kChunkRows;
        const int64_t here = std::min(kChunkRows, rows - row);
        kernels.transpose({.source = source + row * columns,
                           .source_stride = columns,
                           .rows = here,
                           .columns = columns,
                           .target = target + chunk * columns * kChunkRows,
                           .target_stride = kChunkRows,
                           .padded_rows = padded(here)});
      }
    });
  }

  static int64_t padded(int64_t rows) {
    return (rows + kChunkMultiple - 1) / kChunkMultiple * kChunkMultiple;
  }
  const Storage* chunk(int64_t index) const {
    return const_data<Storage>(storage) + index * columns * kChunkRows;
  }
};

// input^T grad_gates and hidden_before^T grad_gates of one direction, (F + padded, 4 padded) in
// fp32, then transposed: the gradients of both weights in the arrangement of GateColumns.
template <typename Storage>
at::Tensor weight_gradients(const TransposedChunks<Storage>& input,
                            const TransposedChunks<Storage>& hidden, const Storage* grad_gates,
                            int64_t values, int64_t gates, const StorageKernels<Storage>& kernels) {
  const int64_t height = input.columns + hidden.columns;
  auto result = at::empty({gates, height}, at::kFloat);
  auto* const target = data<float>(result);
  const int64_t panels = (gates + kPanelColumns - 1) / kPanelColumns;
  for_each_range_on_threads(panels, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> sums(static_cast<size_t>(height * kPanelColumns));
    std::vector<Storage> right(static_cast<size_t>(kChunkRows * kPanelColumns));
    for (int64_t panel = begin; panel < end; ++panel) {
      const int64_t column = panel * kPanelColumns;
      const int64_t width = std::min(kPanelColumns, gates - column);
      for (int64_t row = 0; row < values; row += kChunkRows) {
        const int64_t rows = std::min(kChunkRows, values - row);
        const int64_t padded = TransposedChunks<Storage>::padded(rows);
        kernels.interleave({.source = grad_gates + row * gates + column,
                            .source_stride = gates,
                            .rows = rows,
                            .columns = width,
                            .target = right.data(),
                            .padded_rows = padded});
        const Sum sum = row == 0 ? Sum::replace : Sum::add;
        block_matmul(input.columns, width, padded, input.chunk(row / kChunkRows), kChunkRows,
                     right.data(), sums.data(), width, sum);
        block_matmul(hidden.columns, width, padded, hidden.chunk(row / kChunkRows), kChunkRows,
                     right.data(), sums.data() + input.columns * width, width, sum);
      }
      // (height, width) -> (width, height)
      for (int64_t i = 0; i < height; ++i) {
        for (int64_t j = 0; j < width; ++j) {
          target[(column + j) * height + i] = sums[static_cast<size_t>(i * width + j)];
        }
      }
    }
    end_block_matmul();
  });
  return result;
}

// The directions' sum of grad_gates W_ih: (N, F) fp32.
template <typename Storage>
at::Tensor input_gradient(const Storage* grad_gates, int64_t values, int64_t gates,
                          const std::vector<PackedLstmWeights>& directions) {
  constexpr int64_t kRows = 64;
  const int64_t features = directions.front().input_back.columns;
  auto result = at::empty({values, features}, at::kFloat);
  auto* const target = data<float>(result);
  for_each_range_on_threads((values + kRows - 1) / kRows, 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin * kRows; row < std::min(end * kRows, values); row += kRows) {
      const int64_t rows = std::min(kRows, values - row);
      for (size_t d = 0; d < directions.size(); ++d) {
        const auto& weights = directions[d].input_back;
        const Storage* left = grad_gates + (static_cast<int64_t>(d) * values + row) * gates;
        for (int64_t panel = 0; panel < weights.panels(); ++panel) {
          block_matmul(rows, weights.width(panel), gates, left, gates,
                       weights.template panel<Storage>(panel),
                       target + row * features + panel * weights.panel_columns, features,
                       d == 0 ? Sum::replace : Sum::add);
        }
      }
    }
    end_block_matmul();
  });
  return result;
}

at::Tensor padded_gradient(const at::Tensor& gradient, at::IntArrayRef shape) {
  auto padded = at::zeros(shape, at::kFloat);
  if (gradient.defined()) padded.narrow(2, 0, gradient.size(2)).copy_(gradient);
  return padded;
}

// (4H) of a direction: the sum over its tasks.
at::Tensor bias_gradient(const at::Tensor& grad_bias, const LstmPlan& plan, int64_t direction,
                         const GateColumns& columns) {
  auto bias = at::zeros({grad_bias.size(1)}, at::kFloat);
  for (size_t task = 0; task < plan.tasks.size(); ++task) {
    if (plan.tasks[task].direction == direction) bias += grad_bias[static_cast<int64_t>(task)];
  }
  return columns.restore(bias);
}

template <typename Storage>
LstmGradients backward(const LstmTrace& trace, const SequenceLayout& layout,
                       const std::vector<PackedLstmWeights>& directions, int64_t hidden_size,
                       int64_t input_size, const at::Tensor& grad_values,
                       const at::Tensor& grad_hidden, const at::Tensor& grad_cell,
                       const VectorKernels& pointwise) {
  const GateColumns columns(hidden_size);
  const auto& kernels = kernels_for<Storage>(pointwise);
  const auto count = static_cast<int64_t>(directions.size());
  const LstmPlan plan(layout, count);
  const int64_t values = plan.values(), gates = columns.gates();
  const auto type = trace.gates.scalar_type();
  const auto tasks = static_cast<int64_t>(plan.tasks.size());

  const std::vector<int64_t> state_shape = {count, layout.sequences(), columns.padded};
  auto hidden_gradient = padded_gradient(grad_hidden, state_shape);
  auto cell_gradient = padded_gradient(grad_cell, state_shape);
  auto grad_gates = at::empty(trace.gates.sizes(), type);
  auto grad_bias = at::zeros({tasks, gates}, at::kFloat);
  const BackwardPass<Storage> pass{.plan = plan,
                                   .weights = directions,
                                   .columns = columns,
                                   .kernels = kernels,
                                   .sequences = layout.sequences(),
                                   .gates = const_data<Storage>(trace.gates),
                                   .cell_before = const_data<float>(trace.cell_before),
                                   .grad_values = const_data<Storage>(grad_values),
                                   .values_stride = count * hidden_size,
                                   .grad_hidden = data<float>(hidden_gradient),
                                   .grad_cell = data<float>(cell_gradient),
                                   .grad_gates = data<Storage>(grad_gates),
                                   .grad_bias = data<float>(grad_bias)};
  for_each_range_on_threads(tasks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) walk_back(pass, i);
  });

  LstmGradients result;
  const auto* all_grad_gates = const_data<Storage>(grad_gates);
  result.input = input_gradient(all_grad_gates, values, gates, directions);
  const int64_t features = trace.input.size(1);
  const TransposedChunks<Storage> input(const_data<Storage>(trace.input), values, features, type,
                                        kernels);
  for (int64_t d = 0; d < count; ++d) {
    const TransposedChunks<Storage> hidden(
        const_data<Storage>(trace.hidden_before) + d * values * columns.padded, values,
        columns.padded, type, kernels);
    const auto both = columns.restore(weight_gradients(
        input, hidden, all_grad_gates + d * values * gates, values, gates, kernels));
    const auto bias = bias_gradient(grad_bias, plan, d, columns);
    result.weights.push_back({.weight_ih = both.narrow(1, 0, input_size).contiguous(),
                              .weight_hh = both.narrow(1, features, hidden_size).contiguous(),
                              .bias_ih = bias,
                              .bias_hh = bias.clone()});
  }
  result.initial_hidden = hidden_gradient.narrow(2, 0, hidden_size);
  result.initial_cell = cell_gradient.narrow(2, 0, hidden_size);
  return result;
}

}  // namespace

LstmGradients lstm_backward(const LstmTrace& trace, const SequenceLayout& layout,
                            const std::vector<PackedLstmWeights>& directions, int64_t hidden_size,
                            int64_t input_size, const at::Tensor& grad_values,
                            const at::Tensor& grad_hidden, const at::Tensor& grad_cell,
                            const VectorKernels& kernels) {
  const auto run = trace.gates.scalar_type() == at::kFloat ? backward<float> : backward<Bf16Bits>;
  return run(trace, layout, directions, hidden_size, input_size, grad_values, grad_hidden,
             grad_cell, kernels);
}

}  // namespace mnemo
