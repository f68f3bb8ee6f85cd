#include "app/explain/path_integral.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace mnemo {
namespace {

// An error is left alone that is this share of the scores' difference; the error of a difference
// that is below the least one is measured as if it were that.
constexpr double kErrorLeftAlone = 0.005, kLeastScoreDifference = 0.1;

// Gauss and Legendre's eight nodes on (0, 1) and their weights.
struct Node {
  double place, weight;
};
constexpr std::array<Node, 8> kNodes = {{{0.0198550717512319, 0.0506142681451881},
                                         {0.1016667612931866, 0.1111905172266872},
                                         {0.2372337950418355, 0.1568533229389437},
                                         {0.4082826787521751, 0.1813418916891810},
                                         {0.5917173212478249, 0.1813418916891810},
                                         {0.7627662049581645, 0.1568533229389437},
                                         {0.8983332387068134, 0.1111905172266872},
                                         {0.9801449282487681, 0.0506142681451881}}};

struct Part {
  double begin = 0.0, end = 1.0;
  double score_begin = 0.0, score_end = 0.0;
  at::Tensor slope = {};  // (...) fp64: integral of the gradient over the part
  double error = 0.0;     // of its completeness, absolute
};

class StraightPath {
 public:
  StraightPath(const at::Tensor& baseline, const at::Tensor& input, const ScorePoints& score)
      : baseline_(baseline), way_(input - baseline), score_(score) {}

  const at::Tensor& way() const { return way_; }
  int64_t points() const { return points_; }

  // The parts' nodes and these further places, in one batch. Returns the scores at the latter.
  std::vector<double> integrate(std::span<Part> parts, std::span<const double> places) {
    std::vector<float> all(places.begin(), places.end());
    for (const auto& part : parts) {
      for (const auto& node : kNodes) {
        all.push_back(static_cast<float>(part.begin + node.place * (part.end - part.begin)));
      }
    }
    const auto count = static_cast<int64_t>(all.size());
    std::vector<int64_t> shape(static_cast<size_t>(way_.dim()), 1);
    shape.insert(shape.begin(), count);
    const auto shares = at::tensor(all).view(shape);
    const auto [scores, gradients] = score_(baseline_ + shares * way_);
    points_ += count;
    auto row = static_cast<int64_t>(places.size());
    for (auto& part : parts) {
      part.slope = at::zeros_like(way_, at::kDouble);
      for (const auto& node : kNodes) {
        part.slope += gradients[row++].to(at::kDouble) * (node.weight * (part.end - part.begin));
      }
    }
    std::vector<double> found;
    for (int64_t i = 0; i < std::ssize(places); ++i) found.push_back(scores[i].item<double>());
    return found;
  }

  void measure(Part& part) const {
    const double integral = (part.slope * way_).sum().item<double>();
    part.error = std::abs(part.score_end - part.score_begin - integral);
  }

 private:
  at::Tensor baseline_, way_;  // fp32
  const ScorePoints& score_;
  int64_t points_ = 0;
};

// Puts both halves in the place of a part.
void halve(std::vector<Part>& parts, size_t which, StraightPath& line) {
  const Part whole = parts[which];
  const double middle = (whole.begin + whole.end) / 2.0;
  std::array<Part, 2> halves = {Part{.begin = whole.begin, .end = middle},
                                Part{.begin = middle, .end = whole.end}};
  const double score = line.integrate(halves, std::array{middle})[0];
  halves[0].score_begin = whole.score_begin;
  halves[0].score_end = halves[1].score_begin = score;
  halves[1].score_end = whole.score_end;
  for (auto& half : halves) line.measure(half);
  parts[which] = halves[0];
  parts.push_back(halves[1]);
}

}  // namespace

double PathIntegral::error() const {
  const double lacking = std::abs(difference() - contributions.sum().item<double>());
  return lacking / std::max(std::abs(difference()), kLeastScoreDifference);
}

PathIntegral integrate_path(const at::Tensor& baseline, const at::Tensor& input,
                            const ScorePoints& score) {
  StraightPath line(baseline, input, score);
  std::vector<Part> parts(1);
  const auto ends = line.integrate(parts, std::array{0.0, 1.0});
  parts[0].score_begin = ends[0];
  parts[0].score_end = ends[1];
  line.measure(parts[0]);
  const double difference = std::max(std::abs(ends[1] - ends[0]), kLeastScoreDifference);
  const auto total_error = [&] {
    double sum = 0.0;  // of the parts' amounts: what cancels by chance is no accuracy
    for (const auto& part : parts) sum += part.error;
    return sum;
  };
  while (total_error() > kErrorLeftAlone * difference && line.points() < kMostPathPoints) {
    const auto worst = std::ranges::max_element(parts, {}, &Part::error);
    halve(parts, static_cast<size_t>(worst - parts.begin()), line);
  }
  PathIntegral result{.contributions = at::zeros_like(line.way(), at::kDouble),
                      .score = ends[1],
                      .baseline = ends[0],
                      .points = line.points()};
  for (const auto& part : parts) result.contributions += part.slope;
  result.contributions *= line.way();
  return result;
}

}  // namespace mnemo
