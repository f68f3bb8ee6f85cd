#include "models/parallel.h"

#include <ATen/Parallel.h>
#include <c10/util/ParallelGuard.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>

#include "mnemo/error.h"

namespace mnemo {
namespace {

static_assert(AT_PARALLEL_OPENMP, "LibTorch was built without OpenMP, which mnemo needs");

template <typename Function>
Function* loaded_function(const char* name) {
  void* found = dlsym(RTLD_DEFAULT, name);
  if (found == nullptr) {
    throw Error(
        fmt::format("LibTorch has loaded no OpenMP library that offers {}; expected GCC's "
                    "(libgomp.so.1), LLVM's or Intel's",
                    name));
  }
  return reinterpret_cast<Function*>(found);
}

// The OpenMP library that LibTorch has loaded. at::parallel_for, a template, would run on the one
// of the compiler that meets it: under Clang a second one, with threads of its own. So teams are
// started by the function that GCC compiles `#pragma omp parallel` into, which LLVM's and Intel's
// libraries offer as well.
struct OpenMp {
  void (*parallel)(void (*body)(void*), void* data, unsigned threads, unsigned flags) =
      loaded_function<void(void (*)(void*), void*, unsigned, unsigned)>("GOMP_parallel");
  int (*team_size)() = loaded_function<int()>("omp_get_num_threads");
  int (*number_in_team)() = loaded_function<int()>("omp_get_thread_num");
};

const OpenMp& openmp() {
  static const OpenMp library;
  return library;
}

// OpenMP counts for each thread by itself, and so does MKL when it is told by this function: 0 is
// as OpenMP counts. Its Fortran twin, in small letters, takes a pointer.
using SetOpenMpThreads = void(int);
using SetMklThreads = int(int);

SetOpenMpThreads* set_openmp_threads() {
  static const auto function = loaded_function<SetOpenMpThreads>("omp_set_num_threads");
  return function;
}

// Null where LibTorch was built without MKL.
SetMklThreads* set_mkl_threads() {
  static const auto function =
      reinterpret_cast<SetMklThreads*>(dlsym(RTLD_DEFAULT, "MKL_Set_Num_Threads_Local"));
  return function;
}

int exchange_mkl_threads(int threads) {
  return set_mkl_threads() == nullptr ? 0 : set_mkl_threads()(threads);
}

struct TeamWork {
  int64_t count, grain;
  c10::function_ref<void(int64_t, int64_t)> task;
  std::atomic_flag failed = ATOMIC_FLAG_INIT;
  std::exception_ptr first_failure = {};

  void run_own_range() {
    const int64_t threads =
        std::min<int64_t>(openmp().team_size(), at::divup(count, std::max<int64_t>(grain, 1)));
    const int number = openmp().number_in_team();
    const int64_t size = at::divup(count, threads), begin = number * size;
    if (begin >= count) return;
    try {
      const at::internal::ThreadIdGuard numbered(number);
      const c10::ParallelGuard parallel(true);
      task(begin, std::min(count, begin + size));
    } catch (...) {
      if (!failed.test_and_set()) first_failure = std::current_exception();
    }
  }
};

}  // namespace

void for_each_range_on_threads(int64_t count, int64_t grain,
                               c10::function_ref<void(int64_t, int64_t)> task) {
  if (count <= 0) return;
  at::internal::lazy_init_num_threads();
  if (count <= std::max<int64_t>(grain, 1) || at::in_parallel_region() ||
      at::get_num_threads() == 1) {
    const at::internal::ThreadIdGuard numbered(0);
    const c10::ParallelGuard parallel(true);
    task(0, count);
    return;
  }
  TeamWork work{.count = count, .grain = grain, .task = task};
  const auto body = [](void* team) { static_cast<TeamWork*>(team)->run_own_range(); };
  openmp().parallel(body, &work, /*threads=*/0, /*flags=*/0);
  if (work.first_failure != nullptr) std::rethrow_exception(work.first_failure);
}

CallerThreads::CallerThreads(int64_t threads)
    // LibTorch sets up each thread when it first asks, which must come before; and does so again
    // for each library that has a copy of the inline function below, as this one does.
    : openmp_before_((at::internal::lazy_init_num_threads(), at::get_num_threads())) {
  set_openmp_threads()(static_cast<int>(threads));
  mkl_before_ = exchange_mkl_threads(static_cast<int>(threads));
}

CallerThreads::~CallerThreads() {
  set_openmp_threads()(openmp_before_);
  exchange_mkl_threads(mkl_before_);
}

void for_each_on_threads(int64_t count, c10::function_ref<void(int64_t)> task) {
  std::atomic<int64_t> next = 0;
  for_each_range_on_threads(at::get_num_threads(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t worker = begin; worker < end; ++worker) {
      try {
        for (int64_t i = next++; i < count; i = next++) task(i);
      } catch (...) {
        next = count;  // the others stop as well
        throw;
      }
    }
  });
}

}  // namespace mnemo
