// The choice of the trial that gets more training: asynchronous successive halving (ASHA; Li et al.
// 2020). Every trial trains to the first rung; whenever a worker is free, the best third of those
// on a rung that have not gone on do so, and a new trial begins where there is none.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace mnemo {

class SuccessiveHalving {
 public:
  // Shares of a whole training at which trials are compared, ascending; the last is 1. One in
  // `reduction` of each rung goes on.
  explicit SuccessiveHalving(std::vector<double> shares = {1.0 / 9.0, 1.0 / 3.0, 1.0},
                             int64_t reduction = 3);

  const std::vector<double>& shares() const { return shares_; }
  size_t top() const { return shares_.size() - 1; }

  // Tells what a trial (a number of the caller's) has come to on a rung, lower is better. Each
  // trial reports once a rung.
  void report(int64_t trial, size_t rung, double value);
  bool has_reported(int64_t trial, size_t rung) const;

  // The trial to go on to the next rung, which is then taken for under way; the highest rung first.
  // Trials that `may_go_on` refuses stay where they are.
  std::optional<std::pair<int64_t, size_t>> promote(
      const std::function<bool(int64_t trial)>& may_go_on = [](int64_t) { return true; });
  // That trial is on its way to `rung`, whoever decided so.
  void note_promotion(int64_t trial, size_t rung);

 private:
  struct Result {
    int64_t trial;
    double value;
    bool has_gone_on = false;
  };

  std::vector<double> shares_;
  int64_t reduction_;
  std::vector<std::vector<Result>> rungs_;
};

}  // namespace mnemo
