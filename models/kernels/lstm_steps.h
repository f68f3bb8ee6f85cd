// The element-wise half of LSTM steps, on vectors.
#pragma once

#include "models/kernels/vector.h"

namespace mnemo {
namespace {

template <typename Storage>
void forward(const LstmForwardBlock<Storage>& b) {
  for (int64_t row = 0; row < b.rows; ++row) {
    const float* gates = b.gates + row * 4 * b.padded;
    float* cell = b.cell + row * b.cell_stride;
    for (int64_t unit = 0; unit < b.padded; unit += kWidth) {
      const auto gate = [&](int64_t index) {
        const int64_t at = index * b.padded + unit;
        return load(gates + at) + load(b.bias + at);
      };
      const Floats i = sigmoid(gate(0)), f = sigmoid(gate(1)), g = tanh(gate(2)),
                   o = sigmoid(gate(3));
      const Floats before = load(cell + unit);
      const Floats c = f * before + i * g;
      const Floats h = o * tanh(c);
      store(cell + unit, c);
      store(b.hidden + row * b.hidden_stride + unit, h);
      store_some(b.output + row * b.output_stride + unit, h, b.units - unit);
      if (b.saved_gates == nullptr) continue;
      Storage* saved = b.saved_gates + row * b.saved_gates_stride + unit;
      store(saved, i);
      store(saved + b.padded, f);
      store(saved + 2 * b.padded, g);
      store(saved + 3 * b.padded, o);
      store(b.saved_cell + row * b.saved_cell_stride + unit, before);
    }
  }
}

template <typename Storage>
void backward(const LstmBackwardBlock<Storage>& b) {
  for (int64_t unit = 0; unit < b.padded; unit += kWidth) {
    Floats sum_i = {}, sum_f = {}, sum_g = {}, sum_o = {};
    for (int64_t row = 0; row < b.rows; ++row) {
      const Storage* saved = b.saved_gates + row * b.saved_gates_stride + unit;
      const Floats i = load(saved), f = load(saved + b.padded), g = load(saved + 2 * b.padded),
                   o = load(saved + 3 * b.padded);
      const Floats before = load(b.saved_cell + row * b.saved_cell_stride + unit);
      const Floats tanh_c = tanh(f * before + i * g);

      Floats dh = load(b.grad_hidden + row * b.grad_state_stride + unit);
      if (b.grad_output != nullptr) {
        dh += load_some(b.grad_output + row * b.grad_output_stride + unit, b.units - unit);
      }
      float* grad_cell = b.grad_cell + row * b.grad_state_stride + unit;
      const Floats dc = load(grad_cell) + dh * o * (1.0F - tanh_c * tanh_c);
      store(grad_cell, dc * f);

      const Floats di = dc * g * i * (1.0F - i), df = dc * before * f * (1.0F - f),
                   dg = dc * i * (1.0F - g * g), d_o = dh * tanh_c * o * (1.0F - o);
      Storage* grad = b.grad_gates + row * b.grad_gates_stride + unit;
      store(grad, di);
      store(grad + b.padded, df);
      store(grad + 2 * b.padded, dg);
      store(grad + 3 * b.padded, d_o);
      sum_i += di;
      sum_f += df;
      sum_g += dg;
      sum_o += d_o;
    }
    const auto add = [&](int64_t gate, Floats sum) {
      float* target = b.grad_bias + gate * b.padded + unit;
      store(target, load(target) + sum);
    };
    add(0, sum_i);
    add(1, sum_f);
    add(2, sum_g);
    add(3, sum_o);
  }
}

}  // namespace
}  // namespace mnemo
