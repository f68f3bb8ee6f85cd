// The library's errors as Python's: the classes of mnemo._errors.
#include <algorithm>
#include <exception>
#include <string>
#include <string_view>

#include "mnemo/error.h"
#include "mnemo/settings.h"
#include "python/src/bindings.h"

namespace mnemo::python {
namespace {

std::string in_python(std::string_view setting) {
  std::string name(setting);
  std::ranges::replace(name, '-', '_');
  return name;
}

// Without the marks that join such a part to what stands beside it in a message.
std::string_view alone(std::string_view part) {
  constexpr std::string_view kMarks = ": ";
  const size_t first = part.find_first_not_of(kMarks), last = part.find_last_not_of(kMarks);
  return first == std::string_view::npos ? "" : part.substr(first, last - first + 1);
}

// Throws python_error where the class cannot be had.
void raise(const char* type, const Error& error) {
  const nb::object error_type = nb::module_::import_("mnemo._errors").attr(type);
  const nb::object raised = error_type(to_message(error.what()), to_str(in_python(error.setting())),
                                       to_message(alone(error.problem())),
                                       to_message(error.remedy()), to_str(alone(error.place())));
  PyErr_SetObject(error_type.ptr(), raised.ptr());
}

void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const SettingError& error) {
    raise("SettingError", error);
  } catch (const UsageError& error) {
    raise("UsageError", error);
  } catch (const Error& error) {
    raise("Error", error);
  }
}

}  // namespace

nb::object to_str(std::string_view text) {
  return nb::steal(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

std::string with_python_names(std::string_view message) {
  return with_setting_names(message,
                            [](std::string_view name) { return "`" + in_python(name) + "`"; });
}

nb::object to_message(std::string_view message) { return to_str(with_python_names(message)); }

void define_errors(nb::module_&) { nb::register_exception_translator(translate); }

}  // namespace mnemo::python
