// Memory beside pages that must not be touched, to see that code keeps within its operands.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <new>
#include <random>
#include <type_traits>

namespace mnemo {

// The numbers lie between the two pages: right after the first or right before the second.
enum class Edge { begin, end };

template <typename Number>
class GuardedBuffer {
 public:
  GuardedBuffer(int64_t count, Edge edge) : count_(count) {
    const int64_t page = sysconf(_SC_PAGESIZE);
    const int64_t bytes = count * static_cast<int64_t>(sizeof(Number));
    const int64_t middle = (bytes + page - 1) / page * page;
    size_ = static_cast<size_t>(middle + 2 * page);
    void* const map = mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) throw std::bad_alloc();
    map_ = static_cast<char*>(map);
    if (middle > 0 && mprotect(map_ + page, static_cast<size_t>(middle), PROT_READ | PROT_WRITE)) {
      throw std::bad_alloc();
    }
    char* const begin = map_ + page + (edge == Edge::begin ? 0 : middle - bytes);
    data_ = reinterpret_cast<Number*>(begin);
  }
  ~GuardedBuffer() { munmap(map_, size_); }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  Number* data() { return data_; }
  int64_t count() const { return count_; }

 private:
  int64_t count_;
  size_t size_ = 0;
  char* map_ = nullptr;
  Number* data_ = nullptr;
};

// Numbers by their bits: uint32_t for float, uint16_t for bf16. Poison is a NaN that no operation
// makes.
template <typename Number>
constexpr bool is_single = sizeof(Number) == 4;
template <typename Number>
using BitsOf = std::conditional_t<is_single<Number>, uint32_t, uint16_t>;
template <typename Number>
constexpr BitsOf<Number> kPoison = is_single<Number> ? 0x7FABCDEF : 0x7FAB;

// Rows of float or bf16 numbers, `gap` apart, at an edge. The gaps are poison, which reads spread
// and writes destroy.
template <typename Number>
class GuardedMatrix {
 public:
  GuardedMatrix(int64_t rows, int64_t columns, int64_t gap, Edge edge)
      : rows_(rows),
        columns_(columns),
        stride_(columns + gap),
        buffer_(rows * stride_ - gap, edge) {
    for (int64_t i = 0; i < buffer_.count(); ++i) put(i, kPoison<Number>);
  }

  // An operand: random numbers in (-1, 1).
  GuardedMatrix& filled() {
    std::minstd_rand generator(static_cast<uint32_t>(rows_ * 1000 + columns_));
    std::uniform_real_distribution<float> uniform(-1.0F, 1.0F);
    for_each([&](int64_t at) {
      const float number = uniform(generator);
      uint32_t bits = 0;
      std::memcpy(&bits, &number, sizeof bits);
      put(at, static_cast<BitsOf<Number>>(is_single<Number> ? bits : bits >> 16));
      return true;
    });
    return *this;
  }

  Number* data() { return buffer_.data(); }
  int64_t stride() const { return stride_; }

  // No number is poison or what poison spreads to, and all gaps are as they were.
  bool is_intact() {
    constexpr auto exponent =
        static_cast<BitsOf<Number>>(is_single<Number> ? 0x7F800000U : 0x7F80U);
    const bool finite = for_each([&](int64_t at) { return (get(at) & exponent) != exponent; });
    for (int64_t at = 0; at < buffer_.count(); ++at) {
      if (at % stride_ >= columns_ && get(at) != kPoison<Number>) return false;
    }
    return finite;
  }

 private:
  BitsOf<Number> get(int64_t at) {
    BitsOf<Number> bits;
    std::memcpy(&bits, buffer_.data() + at, sizeof bits);
    return bits;
  }
  void put(int64_t at, BitsOf<Number> bits) {
    std::memcpy(buffer_.data() + at, &bits, sizeof bits);
  }
  // True when `visit` holds for each number.
  template <typename Visit>
  bool for_each(const Visit& visit) {
    bool all = true;
    for (int64_t row = 0; row < rows_; ++row) {
      for (int64_t column = 0; column < columns_; ++column) {
        all = visit(row * stride_ + column) && all;
      }
    }
    return all;
  }

  int64_t rows_, columns_, stride_;
  GuardedBuffer<Number> buffer_;
};

// Turns a touched page of this thread into a jump, while it lives.
class FaultHandler {
 public:
  FaultHandler() {
    struct sigaction action = {};
    action.sa_handler = [](int) { siglongjmp(return_point, 1); };
    sigaction(SIGSEGV, &action, &before_);
  }
  ~FaultHandler() { sigaction(SIGSEGV, &before_, nullptr); }
  FaultHandler(const FaultHandler&) = delete;
  FaultHandler& operator=(const FaultHandler&) = delete;

  static inline thread_local sigjmp_buf return_point;

 private:
  struct sigaction before_ = {};
};

// Runs `work`, which must own nothing, in this thread; false if it touched a guarded page.
template <typename Work>
bool stays_in_bounds(const Work& work) {
  const FaultHandler handler;
  if (sigsetjmp(FaultHandler::return_point, /*savemask=*/1) != 0) return false;
  work();
  return true;
}

}  // namespace mnemo
