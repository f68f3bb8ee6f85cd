// The sources of the module mnemo._mnemo share this. The module is the public library as Python
// reads it: it converts, releases the interpreter's lock while the library works, and decides
// nothing. What users see stands in python/mnemo.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mnemo::python {

namespace nb = nanobind;

void define_errors(nb::module_& module);
void define_models(nb::module_& module);
void define_trainings(nb::module_& module);

// A str. Bytes that are no UTF-8, as file names may have, become U+FFFD.
nb::object to_str(std::string_view text);

// A message of the library, whose settings get the names that Python has for them: "`hidden_size`".
std::string with_python_names(std::string_view message);
nb::object to_message(std::string_view message);

// An array of that shape that owns its numbers.
inline nb::ndarray<nb::numpy, double> to_array(std::vector<double> numbers,
                                               const std::vector<size_t>& shape) {
  auto* const kept = new std::vector<double>(std::move(numbers));
  const nb::capsule owner(
      kept, [](void* memory) noexcept { delete static_cast<std::vector<double>*>(memory); });
  return nb::ndarray<nb::numpy, double>(kept->data(), shape.size(), shape.data(), owner);
}

// Returns what `function` does, which runs without the interpreter's lock.
template <typename Function>
auto without_lock(const Function& function) {
  const nb::gil_scoped_release released;
  return function();
}

}  // namespace mnemo::python
