# Each unit that is compiled for an instruction set of its own must define its table of kernels and
# nothing else that other units could be linked to: a wide copy of a shared inline function would
# crash older CPUs.
#
#   cmake -D NM=... -D BUILD_DIR=... -P check_vector_units.cmake
file(STRINGS "${BUILD_DIR}/compile_commands.json" commands REGEX "\"command\": .* -m(avx|fma|amx|f16c|bmi)")
if(commands STREQUAL "")
  message(FATAL_ERROR "No unit is compiled for an instruction set of its own: nothing to check")
endif()
foreach(command IN LISTS commands)
  if(NOT command MATCHES " -o ([^ ]+) ")
    message(FATAL_ERROR "No object file in ${command}")
  endif()
  cmake_path(ABSOLUTE_PATH CMAKE_MATCH_1 BASE_DIRECTORY "${BUILD_DIR}" OUTPUT_VARIABLE object)
  execute_process(COMMAND "${NM}" --extern-only --defined-only --format=posix "${object}"
    OUTPUT_VARIABLE symbols ERROR_VARIABLE error RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "nm failed (${result}): ${error}")
  endif()
  string(REGEX REPLACE "__odr_asan\\.[^\n]*\n" "" symbols "${symbols}")  # the address sanitizer's
  # One strong definition of data: mnemo::k...Kernels.
  if(NOT symbols MATCHES "^_ZN5mnemo[0-9]+k[A-Za-z0-9]+KernelsE [DR] [^\n]*\n$")
    message(FATAL_ERROR "${object} should define its table of kernels alone; it defines\n${symbols}")
  endif()
  message(STATUS "${object}: its table alone")
endforeach()
