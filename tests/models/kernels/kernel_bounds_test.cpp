// Every kernel, and the generated matrix products, on operands that end or begin at a page that
// faults: at all tails, no number outside of them is read or written.
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "models/kernels/matmul.h"
#include "models/kernels/pointers.h"
#include "tests/models/kernels/guarded_memory.h"
#include "tests/models/test_support.h"

namespace mnemo {
namespace {

struct Kernels {
  const VectorKernels& all;

  template <typename Storage>
  void run(const LstmForwardBlock<Storage>& x) const {
    kernels_for<Storage>(all).lstm_forward(x);
  }
  template <typename Storage>
  void run(const LstmBackwardBlock<Storage>& x) const {
    kernels_for<Storage>(all).lstm_backward(x);
  }
  template <typename Storage>
  void run(const RowInterleaving<Storage>& x) const {
    kernels_for<Storage>(all).interleave(x);
  }
  template <typename Storage>
  void run(const Transposition<Storage>& x) const {
    kernels_for<Storage>(all).transpose(x);
  }
  template <typename Storage>
  void run(const MaskedCopy<Storage>& x) const {
    kernels_for<Storage>(all).mask(x);
  }
  template <typename Storage>
  void run(const EmbeddingRows<Storage>& x) const {
    kernels_for<Storage>(all).embed(x);
  }
  template <typename Storage>
  void run(const EmbeddingGradient<Storage>& x) const {
    kernels_for<Storage>(all).embed_backward(x);
  }
  template <typename Storage>
  void run(const SequencePool<Storage>& x) const {
    kernels_for<Storage>(all).pool(x);
  }
  template <typename Storage>
  void run(const SequencePoolBackward<Storage>& x) const {
    kernels_for<Storage>(all).pool_backward(x);
  }
};

template <typename Storage>
void expect_lstm_forward(Kernels kernels, int64_t rows, int64_t units, Edge edge) {
  const int64_t padded = (units + kUnitAlignment - 1) / kUnitAlignment * kUnitAlignment;
  const int64_t gap = 3;
  GuardedMatrix<float> gates(rows, 4 * padded, 0, edge), bias(1, 4 * padded, 0, edge),
      cell(rows, padded, gap, edge), saved_cell(rows, padded, gap, edge);
  GuardedMatrix<Storage> hidden(rows, padded, gap, edge), output(rows, units, gap, edge),
      saved_gates(rows, 4 * padded, gap, edge);
  LstmForwardBlock<Storage> b = {.rows = rows,
                                 .units = units,
                                 .padded = padded,
                                 .gates = gates.filled().data(),
                                 .bias = bias.filled().data(),
                                 .cell = cell.filled().data(),
                                 .cell_stride = cell.stride(),
                                 .hidden = hidden.data(),
                                 .hidden_stride = hidden.stride(),
                                 .output = output.data(),
                                 .output_stride = output.stride(),
                                 .saved_gates = nullptr,
                                 .saved_gates_stride = 0,
                                 .saved_cell = nullptr,
                                 .saved_cell_stride = 0};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(b); })) << "inference";
  b.saved_gates = saved_gates.data();
  b.saved_gates_stride = saved_gates.stride();
  b.saved_cell = saved_cell.data();
  b.saved_cell_stride = saved_cell.stride();
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(b); })) << "training";
  EXPECT_TRUE(cell.is_intact() && hidden.is_intact() && output.is_intact() &&
              saved_gates.is_intact() && saved_cell.is_intact());
}

template <typename Storage>
void expect_lstm_backward(Kernels kernels, int64_t rows, int64_t units, Edge edge) {
  const int64_t padded = (units + kUnitAlignment - 1) / kUnitAlignment * kUnitAlignment;
  const int64_t gap = 3;
  GuardedMatrix<float> saved_cell(rows, padded, gap, edge), grad_hidden(rows, padded, gap, edge),
      grad_cell(rows, padded, gap, edge), grad_bias(1, 4 * padded, 0, edge);
  GuardedMatrix<Storage> saved_gates(rows, 4 * padded, gap, edge),
      grad_output(rows, units, gap, edge), grad_gates(rows, 4 * padded, gap, edge);
  LstmBackwardBlock<Storage> b = {.rows = rows,
                                  .units = units,
                                  .padded = padded,
                                  .saved_gates = saved_gates.filled().data(),
                                  .saved_gates_stride = saved_gates.stride(),
                                  .saved_cell = saved_cell.filled().data(),
                                  .saved_cell_stride = saved_cell.stride(),
                                  .grad_output = grad_output.filled().data(),
                                  .grad_output_stride = grad_output.stride(),
                                  .grad_hidden = grad_hidden.filled().data(),
                                  .grad_cell = grad_cell.filled().data(),
                                  .grad_state_stride = grad_cell.stride(),
                                  .grad_gates = grad_gates.data(),
                                  .grad_gates_stride = grad_gates.stride(),
                                  .grad_bias = grad_bias.filled().data()};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(b); }));
  EXPECT_TRUE(grad_cell.is_intact() && grad_gates.is_intact() && grad_bias.is_intact());
}

template <typename Storage>
void expect_interleave(Kernels kernels, int64_t rows, int64_t columns, Edge edge) {
  const int64_t padded_rows = (rows + 1) / 2 * 2 + 2;
  GuardedMatrix<Storage> source(rows, columns, 3, edge), target(padded_rows, columns, 0, edge);
  const RowInterleaving<Storage> interleaving = {.source = source.filled().data(),
                                                 .source_stride = source.stride(),
                                                 .rows = rows,
                                                 .columns = columns,
                                                 .target = target.data(),
                                                 .padded_rows = padded_rows};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(interleaving); }));
  EXPECT_TRUE(target.is_intact());
}

template <typename Storage>
void expect_transpose(Kernels kernels, int64_t rows, int64_t columns, Edge edge) {
  const int64_t padded_rows = (rows + 31) / 32 * 32;
  GuardedMatrix<Storage> source(rows, columns, 3, edge), target(columns, padded_rows, 3, edge);
  const Transposition<Storage> transposition = {.source = source.filled().data(),
                                                .source_stride = source.stride(),
                                                .rows = rows,
                                                .columns = columns,
                                                .target = target.data(),
                                                .target_stride = target.stride(),
                                                .padded_rows = padded_rows};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(transposition); }));
  EXPECT_TRUE(target.is_intact());
}

constexpr RandomDrop kHalf = {.seed = 1, .kept = 1U << 31, .scale = 2.0F};

template <typename Storage>
void expect_mask(Kernels kernels, int64_t count, Edge edge) {
  GuardedMatrix<Storage> source(1, count, 0, edge), target(1, count, 0, edge);
  const MaskedCopy<Storage> copy = {.source = source.filled().data(),
                                    .target = target.data(),
                                    .first = 5,
                                    .count = count,
                                    .drop = kHalf};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(copy); }));
  EXPECT_TRUE(target.is_intact());
}

// The first and the last row of a table are looked up, and their gradients summed.
template <typename Storage>
void expect_embedding(Kernels kernels, int64_t size, Edge edge) {
  constexpr int64_t kRows = 3;
  GuardedMatrix<float> table(kRows, size, 0, edge), gradient(1, size, 0, edge);
  GuardedMatrix<Storage> embedded(kRows, size, 0, edge);
  GuardedBuffer<int64_t> ids(kRows, edge);
  for (int64_t i = 0; i < kRows; ++i) ids.data()[i] = i;
  const EmbeddingRows<Storage> rows = {.table = table.filled().data(),
                                       .ids = ids.data(),
                                       .target = embedded.data(),
                                       .first = 5,
                                       .count = kRows,
                                       .size = size,
                                       .row = kHalf,
                                       .element = kHalf};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(rows); }));
  EXPECT_TRUE(embedded.is_intact());
  const EmbeddingGradient<Storage> back = {.grad = embedded.filled().data(),
                                           .places = ids.data(),
                                           .count = kRows,
                                           .size = size,
                                           .target = gradient.data(),
                                           .row = {},
                                           .element = kHalf};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(back); }));
  EXPECT_TRUE(gradient.is_intact());
}

void expect_adam(Kernels kernels, int64_t count, Edge edge) {
  GuardedMatrix<float> parameter(1, count, 0, edge), gradient(1, count, 0, edge),
      exp_avg(1, count, 0, edge), exp_avg_sq(1, count, 0, edge);
  AdamUpdate update = {.parameter = parameter.filled().data(),
                       .gradient = nullptr,
                       .exp_avg = exp_avg.filled().data(),
                       .exp_avg_sq = exp_avg_sq.filled().data(),
                       .count = count,
                       .gradient_scale = 1.0F,
                       .one_minus_beta1 = 0.1F,
                       .beta2 = 0.999F,
                       .one_minus_beta2 = 0.001F,
                       .eps = 1e-8F,
                       .step_size = 1e-3F,
                       .root_of_bias_2 = 1.0F};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.all.adam(update); })) << "without a gradient";
  update.gradient = gradient.filled().data();
  EXPECT_TRUE(stays_in_bounds([&] { kernels.all.adam(update); }));
}

// Forward and backward of one of two sequences of equal lengths, so that the rows of the other are
// gaps; of the first at one edge, of the second at the other.
template <typename Storage>
void expect_pool(Kernels kernels, int64_t length, int64_t size, int64_t heads, Edge edge) {
  const int64_t sequence = edge == Edge::begin ? 0 : 1;
  GuardedBuffer<int64_t> offsets(length, edge);
  for (int64_t t = 0; t < length; ++t) offsets.data()[t] = 2 * t;
  GuardedMatrix<Storage> values(length, size, size, edge), grad_values(length, size, size, edge);
  const int64_t head_rows = std::max<int64_t>(heads, 1);
  GuardedMatrix<float> query(head_rows, size, 0, edge), weights(head_rows, length, 3, edge),
      attended(head_rows, size, 0, edge), mean(1, size, 0, edge), max(1, size, 0, edge);
  GuardedBuffer<int32_t> max_step(size, edge);
  const SequencePool<Storage> pool = {.values = values.filled().data() - sequence * size,
                                      .offsets = offsets.data(),
                                      .sequence = sequence,
                                      .length = length,
                                      .size = size,
                                      .heads = heads,
                                      .query = query.filled().data(),
                                      .weights = weights.data(),
                                      .weights_stride = weights.stride(),
                                      .attended = attended.data(),
                                      .mean = mean.data(),
                                      .max = max.data(),
                                      .max_step = max_step.data()};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(pool); })) << "forward";
  EXPECT_TRUE(mean.is_intact() && max.is_intact());
  EXPECT_TRUE(heads == 0 || (weights.is_intact() && attended.is_intact()));

  GuardedMatrix<float> grad_attended(head_rows, size, 0, edge), grad_mean(1, size, 0, edge),
      grad_max(1, size, 0, edge), grad_query(head_rows, size, 0, edge);
  GuardedBuffer<float> scratch(heads * length + size, edge);
  const SequencePoolBackward<Storage> backward = {
      .forward = pool,
      .grad_attended = grad_attended.filled().data(),
      .grad_mean = grad_mean.filled().data(),
      .grad_max = grad_max.filled().data(),
      .grad_query = grad_query.data(),
      .grad_values = grad_values.data() - sequence * size,
      .scratch = scratch.data()};
  EXPECT_TRUE(stays_in_bounds([&] { kernels.run(backward); })) << "backward";
  EXPECT_TRUE(grad_values.is_intact());
  EXPECT_TRUE(heads == 0 || grad_query.is_intact());
}

// Calls check(storage, edge) for both storage types at both edges.
template <typename Check>
void for_each_storage_and_edge(const Check& check) {
  for (const Edge edge : {Edge::begin, Edge::end}) {
    const std::string where = edge == Edge::begin ? "begin" : "end";
    {
      SCOPED_TRACE("fp32, at the operands' " + where);
      check(float{}, edge);
    }
    {
      SCOPED_TRACE("bf16, at the operands' " + where);
      check(Bf16Bits{}, edge);
    }
  }
}

class KernelBounds : public testing::TestWithParam<KernelPath> {
 protected:
  void SetUp() override {
    if (!has_kernels(GetParam())) GTEST_SKIP() << "this machine cannot run these kernels";
  }
  static Kernels kernels() { return {*vector_kernels(GetParam())}; }
};

// Around the widths of vectors, 8 and 16, and of blocks, 32.
const std::vector<int64_t> kSizes = {1, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65};

TEST_P(KernelBounds, LstmSteps) {
  for_each_storage_and_edge([]<typename Storage>(Storage, Edge edge) {
    for (const int64_t units : kSizes) {
      if (units > kUnitsPerBlock) continue;
      for (const int64_t rows : {1, 3}) {
        SCOPED_TRACE(testing::Message() << rows << " rows, " << units << " units");
        expect_lstm_forward<Storage>(kernels(), rows, units, edge);
        expect_lstm_backward<Storage>(kernels(), rows, units, edge);
      }
    }
  });
}

TEST_P(KernelBounds, Rearrangements) {
  for_each_storage_and_edge([]<typename Storage>(Storage, Edge edge) {
    for (const int64_t rows : kSizes) {
      for (const int64_t columns : kSizes) {
        SCOPED_TRACE(testing::Message() << rows << " rows, " << columns << " columns");
        expect_interleave<Storage>(kernels(), rows, columns, edge);
        expect_transpose<Storage>(kernels(), rows, columns, edge);
      }
    }
  });
}

TEST_P(KernelBounds, Dropout) {
  for_each_storage_and_edge([]<typename Storage>(Storage, Edge edge) {
    for (const int64_t count : kSizes) {
      SCOPED_TRACE(testing::Message() << count << " numbers");
      expect_mask<Storage>(kernels(), count, edge);
    }
  });
}

TEST_P(KernelBounds, EmbeddingAndAdam) {
  for_each_storage_and_edge([]<typename Storage>(Storage, Edge edge) {
    for (const int64_t size : kSizes) {
      SCOPED_TRACE(testing::Message() << "rows of " << size);
      expect_embedding<Storage>(kernels(), size, edge);
      expect_adam(kernels(), size, edge);
    }
  });
}

TEST_P(KernelBounds, Pooling) {
  for_each_storage_and_edge([]<typename Storage>(Storage, Edge edge) {
    for (const int64_t length : {1, 7, 8, 17}) {
      for (const int64_t size : kSizes) {
        for (const int64_t heads : {0, 1, 3}) {
          SCOPED_TRACE(testing::Message() << length << " steps of " << size << ", " << heads);
          expect_pool<Storage>(kernels(), length, size, heads, edge);
        }
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Paths, KernelBounds, testing::Values(KernelPath::avx2, KernelPath::avx512),
                         [](const auto& test) {
                           return test.param == KernelPath::avx2 ? "avx2" : "avx512";
                         });

// The matrix products at the shapes that an LSTM layer has.
template <typename Storage>
void expect_matmul(int64_t m, int64_t n, int64_t k, Edge edge) {
  GuardedMatrix<Storage> left(m, k, 6, edge), right(k, n, 0, edge);
  GuardedMatrix<float> result(m, n, 3, edge);
  left.filled();
  right.filled();
  for (const Sum sum : {Sum::replace, Sum::add}) {
    EXPECT_TRUE(stays_in_bounds([&] {
      block_matmul(m, n, k, left.data(), left.stride(), right.data(), result.data(),
                   result.stride(), sum);
    }));
    EXPECT_TRUE(result.is_intact());
  }
}

TEST(KernelBoundsOfGeneratedCode, MatrixProducts) {
  if (!has_block_matmul(at::kFloat)) GTEST_SKIP() << "this machine has no block_matmul";
  for_each_storage_and_edge([]<typename Storage>(Storage, Edge edge) {
    if (!has_block_matmul(std::is_same_v<Storage, float> ? at::kFloat : at::kBFloat16)) return;
    for (const int64_t m : {1, 3, 33}) {
      for (const int64_t n : {1, 5, 33, 64, 128}) {
        for (const int64_t k : {2, 6, 16, 34, 64}) {
          SCOPED_TRACE(testing::Message() << "m " << m << ", n " << n << ", k " << k);
          expect_matmul<Storage>(m, n, k, edge);
        }
      }
    }
  });
  end_block_matmul();
}

}  // namespace
}  // namespace mnemo
