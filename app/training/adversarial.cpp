#include "app/training/adversarial.h"

namespace mnemo {

at::Tensor adversarial_perturbation(const at::Tensor& embedded, const at::Tensor& gradient,
                                    const SequenceLayout& layout, double share) {
  const auto sequence = layout.sequence_of_rows().to(gradient.device());  // (N)
  const auto norms = [&](const at::Tensor& rows) {
    const auto squares = at::linalg_vector_norm(rows, 2, {1}).square();  // (N)
    return at::zeros({layout.sequences()}, squares.options())
        .index_add_(0, sequence, squares)
        .sqrt_();  // (B)
  };
  const auto full = gradient.detach().to(at::kFloat);  // (N, E)
  const auto lengths = norms(full);
  const auto scales =
      at::where(lengths > 0.0, norms(embedded.detach().to(at::kFloat)) * share / lengths,
                at::zeros_like(lengths));
  return (full * scales.index_select(0, sequence).unsqueeze(1)).to(gradient.scalar_type());
}

}  // namespace mnemo
