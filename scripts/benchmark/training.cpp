#include "scripts/benchmark/training.h"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

#include "app/training/optimizers/optimizer.h"
#include "mnemo/error.h"

namespace mnemo::benchmark {
namespace {

struct Training {
  std::unique_ptr<Objective> objective;
  double clip_norm;
  std::function<LabelledBatch()> next_batch;
  std::unique_ptr<Optimizer> optimizer;
  uint64_t seed = 0;

  int64_t step() {
    const auto batch = next_batch();
    optimizer->zero_grad();
    const LossSum sum = objective->step(batch, ++seed, 1.0);
    optimizer->drop_waiting_gradients();
    const double norm = gradient_norm(optimizer->parameters());
    if (!std::isfinite(sum.loss) || !std::isfinite(norm)) throw Error("the training diverged");
    optimizer->step(clipping_scale(norm, clip_norm));
    return sum.units;
  }
};

}  // namespace

at::ScalarType number_type(const nlohmann::json& request) {
  const auto precision = request.at("precision").get<std::string>();
  if (precision == "bf16") return at::kBFloat16;
  if (precision == "fp32") return at::kFloat;
  throw Error(fmt::format("\"precision\" is \"{}\", expected fp32 or bf16", precision));
}

Step make_training(std::unique_ptr<Objective> objective, double clip_norm,
                   std::function<LabelledBatch()> next_batch) {
  objective->model().train();
  auto optimizer = make_optimizer(objective->model().parameters(), {});
  const auto training = std::make_shared<Training>(
      Training{std::move(objective), clip_norm, std::move(next_batch), std::move(optimizer)});
  return [training] { return training->step(); };
}

}  // namespace mnemo::benchmark
