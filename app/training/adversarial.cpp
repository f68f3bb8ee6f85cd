#include "app/training/adversarial.h"

namespace mnemo {

at::Tensor adversarial_perturbation(const at::Tensor& gradient, const SequenceLayout& layout,
                                    double norm) {
  const auto full = gradient.detach().to(at::kFloat);                     // (N, E)
  const auto sequence = layout.sequence_of_rows().to(gradient.device());  // (N)
  const auto squares = at::linalg_vector_norm(full, 2, {1}).square();     // (N)
  const auto lengths = at::zeros({layout.sequences()}, squares.options())
                           .index_add_(0, sequence, squares)
                           .sqrt_();  // (B)
  const auto scales = at::where(lengths > 0.0, norm / lengths, at::zeros_like(lengths));
  return (full * scales.index_select(0, sequence).unsqueeze(1)).to(gradient.scalar_type());
}

}  // namespace mnemo
