// The library's errors as Python's: the classes of mnemo._errors.
#include <exception>

#include "mnemo/error.h"
#include "python/src/bindings.h"

namespace mnemo::python {
namespace {

// Throws python_error where the class cannot be had.
template <typename... Words>
void raise(const char* type, const Words&... words) {
  const nb::object error_type = nb::module_::import_("mnemo._errors").attr(type);
  const nb::object error = error_type(to_str(words)...);
  PyErr_SetObject(error_type.ptr(), error.ptr());
}

void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const SettingError& error) {
    raise("SettingError", std::string(error.what()), error.setting(), error.problem(),
          error.remedy());
  } catch (const UsageError& error) {
    raise("UsageError", std::string(error.what()));
  } catch (const Error& error) {
    raise("Error", std::string(error.what()));
  }
}

}  // namespace

nb::object to_str(std::string_view text) {
  return nb::steal(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

void define_errors(nb::module_&) { nb::register_exception_translator(translate); }

}  // namespace mnemo::python
