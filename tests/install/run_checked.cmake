# run_checked(WHAT COMMAND...): the output of a command that must succeed, in `output`.
function(run_checked what)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE error RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${what} failed (${result}):\n${output}${error}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()
