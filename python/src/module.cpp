#include <nanobind/nanobind.h>

#include "python/src/arrow.h"
#include "python/src/bindings.h"
#include "python/src/operators.h"

NB_MODULE(_mnemo, module) {
  module.doc() = "mnemo's library. What stands on it, in the package mnemo, is for users.";
  mnemo::python::define_errors(module);
  mnemo::python::define_arrow(module);
  mnemo::python::define_models(module);
  mnemo::python::define_trainings(module);
  module.def("has_lstm_kernels", &mnemo::python::has_lstm_kernels);
}
