#include "models/sampled_softmax.h"

#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "mnemo/error.h"
#include "models/parallel.h"

namespace mnemo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kRowsPerBlock = 256;  // whose logits stay in the cache
constexpr int64_t kRowsPerTask = 2048;  // whose gradients of the weight are summed up together

// All rows share this.
struct Problem {
  at::Tensor hidden;        // (M, E)
  at::Tensor weight;        // (V, E) fp32
  at::Tensor shift;         // (V) fp32: bias less log_expected
  at::Tensor targets;       // (M)
  at::Tensor ids;           // (S)
  at::Tensor sampled;       // (S, E), the weight's rows of the sample, in hidden's type
  at::Tensor sample_shift;  // (S) fp32
};

// Some rows have this for themselves.
struct Part {
  double loss = 0.0;
  at::Tensor sampled_gradient;  // (S, E) fp32
  at::Tensor shift_gradient;    // (S) fp32
};

// Sets the logits of rows whose target is in the sample to minus infinity there: the target counts
// by its own logit.
void leave_targets_out(at::Tensor& logits, const at::Tensor& targets, const at::Tensor& ids) {
  const auto* id = ids.const_data_ptr<int64_t>();
  const auto* target = targets.const_data_ptr<int64_t>();
  auto* logit = logits.mutable_data_ptr<float>();
  const int64_t size = ids.numel();
  for (int64_t row = 0; row < targets.numel(); ++row) {
    const auto* found = std::lower_bound(id, id + size, target[row]);
    if (found != id + size && *found == target[row]) logit[row * size + (found - id)] = -INFINITY;
  }
}

// Rows `begin` to `end`. The gradients, if they are asked for, are those of the rows' hidden states
// in `hidden_gradient` (M, E), and of their targets' logits in `target_gradient` (M). of the rows'
// hidden states into `hidden_gradient` (M, E), of their targets' logits into `target_gradient` (M).
void do_block(const Problem& problem, int64_t begin, int64_t end, bool with_gradients, Part& part,
              at::Tensor& hidden_gradient, at::Tensor& target_gradient) {
  const auto hidden = problem.hidden.slice(0, begin, end);    // (R, E)
  const auto targets = problem.targets.slice(0, begin, end);  // (R)
  auto logits = at::mm(hidden, problem.sampled.t()).to(at::kFloat).add_(problem.sample_shift);
  leave_targets_out(logits, targets, problem.ids);
  const auto rows = problem.weight.index_select(0, targets);  // (R, E)
  const auto of_target =
      (hidden.to(at::kFloat) * rows).sum(1).add_(problem.shift.index_select(0, targets));  // (R)
  const auto highest = at::maximum(logits.amax(1), of_target);                             // (R)
  logits.sub_(highest.unsqueeze(1)).exp_();
  const auto sum = logits.sum(1).add_((of_target - highest).exp_());  // (R)
  const auto log_share = of_target - highest - sum.log();             // (R)
  part.loss -= log_share.sum().item<double>();
  if (!with_gradients) return;

  const auto shares = logits.div_(sum.unsqueeze(1));  // (R, S)
  const auto narrow = shares.to(problem.hidden.scalar_type());
  const auto missing = log_share.exp().sub_(1.0);          // (R), at most 0
  part.sampled_gradient.add_(at::mm(narrow.t(), hidden));  // (S, E)
  part.shift_gradient.add_(shares.sum(0));
  hidden_gradient.slice(0, begin, end)
      .copy_(at::mm(narrow, problem.sampled).to(at::kFloat).add_(rows * missing.unsqueeze(1)));
  target_gradient.slice(0, begin, end).copy_(missing);
}

struct Solution {
  double loss = 0.0;
  at::Tensor hidden, weight, bias;  // gradients
};

Solution solve(const Problem& problem, bool with_gradients) {
  const int64_t rows = problem.hidden.size(0), size = problem.hidden.size(1);
  const int64_t tasks = (rows + kRowsPerTask - 1) / kRowsPerTask;
  Solution solution;
  auto target_gradient = at::empty({with_gradients ? rows : 0});  // (M)
  if (with_gradients) solution.hidden = at::empty({rows, size}, problem.hidden.options());
  std::vector<Part> parts(static_cast<size_t>(tasks));
  for_each_on_threads(tasks, [&](int64_t task) {
    const at::NoGradGuard no_grad;
    Part& part = parts[static_cast<size_t>(task)];
    if (with_gradients) {
      part.sampled_gradient = at::zeros({problem.ids.numel(), size});
      part.shift_gradient = at::zeros({problem.ids.numel()});
    }
    const int64_t end = std::min((task + 1) * kRowsPerTask, rows);
    for (int64_t row = task * kRowsPerTask; row < end; row += kRowsPerBlock) {
      do_block(problem, row, std::min(row + kRowsPerBlock, end), with_gradients, part,
               solution.hidden, target_gradient);
    }
  });
  for (const auto& part : parts) solution.loss += part.loss;
  if (!with_gradients) return solution;
  solution.weight = at::zeros_like(problem.weight);
  solution.bias = at::zeros_like(problem.shift);
  for (const auto& part : parts) {
    solution.weight.index_add_(0, problem.ids, part.sampled_gradient);
    solution.bias.index_add_(0, problem.ids, part.shift_gradient);
  }
  solution.weight.index_add_(0, problem.targets,
                             problem.hidden.to(at::kFloat) * target_gradient.unsqueeze(1));
  solution.bias.index_add_(0, problem.targets, target_gradient);
  return solution;
}

Problem make_problem(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& bias,
                     const at::Tensor& targets, const SoftmaxSample& sample) {
  Problem problem{.hidden = hidden.contiguous(),
                  .weight = weight,
                  .shift = bias - sample.log_expected,
                  .targets = targets.contiguous(),
                  .ids = sample.ids,
                  .sampled = {},
                  .sample_shift = {}};
  problem.sampled = weight.index_select(0, sample.ids).to(hidden.scalar_type());
  problem.sample_shift = problem.shift.index_select(0, sample.ids);
  return problem;
}

struct Gradients : torch::CustomClassHolder {
  at::Tensor hidden, weight, bias;
};

class SoftmaxFunction : public torch::autograd::Function<SoftmaxFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& hidden,
                            const at::Tensor& weight, const at::Tensor& bias,
                            const at::Tensor& targets, const SoftmaxSample& sample) {
    // The gradients cost less now than the logits would cost again later.
    auto solution =
        solve(make_problem(hidden, weight, bias, targets, sample), /*with_gradients=*/true);
    auto gradients = c10::make_intrusive<Gradients>();
    gradients->hidden = std::move(solution.hidden);
    gradients->weight = std::move(solution.weight);
    gradients->bias = std::move(solution.bias);
    context->saved_data["gradients"] = c10::IValue::make_capsule(std::move(gradients));
    return at::full({}, solution.loss);
  }

  static variable_list backward(AutogradContext* context, const variable_list& outer) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "the sampled softmax is differentiable once only");
    const auto gradients =
        c10::static_intrusive_pointer_cast<Gradients>(context->saved_data["gradients"].toCapsule());
    const auto& scale = outer.at(0);
    return {gradients->hidden * scale.to(gradients->hidden.scalar_type()),
            gradients->weight * scale,
            gradients->bias * scale,
            {},
            {}};
  }
};

}  // namespace

SoftmaxSample SoftmaxSample::whole(int64_t vocab_size) {
  return {.ids = at::arange(1, vocab_size), .log_expected = at::zeros({vocab_size})};
}

SoftmaxSampler::SoftmaxSampler(const at::Tensor& counts, int64_t draws) : draws_(draws) {
  constexpr double kFlattening = 0.75;
  // One that never occurs may be met in other texts.
  auto shares = counts.to(at::kDouble).clamp_min(1.0).pow(kFlattening);  // (V)
  shares[0] = 0.0;
  const auto chances = shares / shares.sum();
  const auto cumulative = chances.cumsum(0).contiguous();
  cumulative_.assign(cumulative.const_data_ptr<double>(),
                     cumulative.const_data_ptr<double>() + cumulative.numel());
  // 1 - (1 - q)^draws, exact for small q, too
  log_expected_ = (chances.neg().log1p() * static_cast<double>(draws)).expm1().neg().log();
  log_expected_ = log_expected_.to(at::kFloat);
}

SoftmaxSample SoftmaxSampler::draw(std::mt19937_64& random) const {
  std::vector<int64_t> ids;
  ids.reserve(static_cast<size_t>(draws_));
  for (int64_t i = 0; i < draws_; ++i) {
    const double place = std::ldexp(static_cast<double>(random() >> 11), -53) * cumulative_.back();
    const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), place);
    const auto id = std::min(found - cumulative_.begin(), std::ssize(cumulative_) - 1);
    ids.push_back(id);
  }
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return {.ids = at::tensor(ids, at::kLong), .log_expected = log_expected_};
}

at::Tensor sampled_softmax_loss_sum(const at::Tensor& hidden, const at::Tensor& weight,
                                    const at::Tensor& bias, const at::Tensor& targets,
                                    const SoftmaxSample& sample) {
  TORCH_CHECK(hidden.dim() == 2 && hidden.size(1) == weight.size(1), "hidden states of ",
              hidden.sizes(), " do not fit an output embedding of ", weight.sizes());
  TORCH_CHECK(targets.numel() == hidden.size(0), hidden.size(0), " hidden states and ",
              targets.numel(), " targets");
  const bool differentiable =
      at::GradMode::is_enabled() &&
      (hidden.requires_grad() || weight.requires_grad() || bias.requires_grad());
  if (differentiable) return SoftmaxFunction::apply(hidden, weight, bias, targets, sample);
  const at::NoGradGuard no_grad;
  return at::full(
      {},
      solve(make_problem(hidden, weight, bias, targets, sample), /*with_gradients=*/false).loss);
}

}  // namespace mnemo
