// mnemo's worker in the benchmark: a JSON request a line in, a JSON answer a line out.
//
//   {"describe": "compute"}          -> see describe_compute()
//   {"work": NAME, ...}              prepares a work   -> {"ready": true}
//   {"repeat": K, "warmup": W}       does it W + K times, the last K by the clock
//                                    -> {"seconds": [K numbers], "tokens": [K numbers]}
//   anything that goes wrong                           -> {"error": MESSAGE}
#include <chrono>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "app/support/memory.h"
#include "mnemo/error.h"
#include "scripts/benchmark/benchmark_works.h"

namespace mnemo::benchmark {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

json time_step(const Step& step, int64_t warmup, int64_t repeat) {
  for (int64_t i = 0; i < warmup; ++i) step();
  json seconds = json::array(), tokens = json::array();
  for (int64_t i = 0; i < repeat; ++i) {
    const auto start = Clock::now();
    const int64_t read = step();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    tokens.push_back(read);
  }
  return {{"seconds", std::move(seconds)}, {"tokens", std::move(tokens)}};
}

json answer(const json& request, Step& step) {
  if (request.contains("describe")) return describe_compute();
  if (request.contains("work")) {
    step = nullptr;  // the former work's memory goes before the next one's comes
    step = make_step(request);
    step();
    return {{"ready", true}};
  }
  if (!step) throw Error("no work has been named yet");
  return time_step(step, request.value("warmup", int64_t{0}), request.at("repeat").get<int64_t>());
}

void serve() {
  Step step;
  for (std::string line; std::getline(std::cin, line);) {
    json reply;
    try {
      reply = answer(json::parse(line), step);
    } catch (const std::exception& error) {
      reply = {{"error", error.what()}};
    }
    std::cout << reply.dump() << std::endl;
  }
}

}  // namespace
}  // namespace mnemo::benchmark

int main() {
  mnemo::keep_freed_memory();
  mnemo::benchmark::serve();
  return 0;
}
