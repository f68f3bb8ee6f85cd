#include "models/autoregression.h"

namespace mnemo {

AutoregressionImpl::AutoregressionImpl(int64_t rows, int64_t horizon)
    : weight_(register_buffer("weight", at::zeros({horizon, rows}))),
      bias_(register_buffer("bias", at::zeros({horizon}))),
      share_(register_buffer("share", at::full({1}, 0.5))) {}

at::Tensor AutoregressionImpl::forward(const at::Tensor& past) const {
  return at::linear(past.slice(-1, past.size(-1) - rows()), weight_, bias_);
}

at::Tensor AutoregressionImpl::mixed_into(const at::Tensor& layers, const at::Tensor& past,
                                          int64_t centre) const {
  const auto linear = forward(past).transpose(1, 2);  // (B, horizon, K)
  const auto change = ((linear - layers.select(3, centre)) * share_).unsqueeze(3);
  return layers + at::constant_pad_nd(change, {centre, layers.size(3) - centre - 1});
}

}  // namespace mnemo
