# Runs tests of the kernels, a training and a prediction on an emulated CPU without AVX-512.
set(run "${WORK_DIR}/run")

# skip(WHY): ctest shows the test as skipped, and why.
macro(skip why)
  message("SKIPPED: ${why}")
  return()
endmacro()

# emulated(WHAT COMMAND...): the output of a command that must succeed there, in `output`. One that
# meets an instruction of a newer CPU is ended by SIGILL. Short blocks are translated faster.
function(emulated what)
  execute_process(COMMAND "${VALGRIND}" --tool=none --quiet --vex-guest-max-insns=10 ${ARGN}
    OUTPUT_VARIABLE output ERROR_VARIABLE error RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${what} failed without AVX-512 (${result}):\n${output}${error}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# The kernels for AVX2 are in use and right, and so are the matrix products generated for AVX2.
function(run_kernel_tests)
  string(JOIN ":" filter
    "KernelDispatch.*"
    "*KernelBounds*"
    "Paths/DropoutPaths.TheGradientHasTheSameMask/*"
    "Paths/PoolingPaths.*"
    "LstmLayer.WorksWithout*"
    "RecurrentEncoder.AnLstmTakes*"
    "Grid/RecurrentEncoderParity.EqualsStock*/lstm_2_both_unequal")
  emulated("models_test" "${MODELS_TEST}" "--gtest_filter=${filter}")
  foreach(test "KernelDispatch.TakesTheWidest[A-Za-z]*" "Paths/KernelBounds.LstmSteps/avx2"
      "RecurrentEncoder.AnLstmTakesTheKernels[A-Za-z]*" "Grid/[A-Za-z.]*/lstm_2_both_unequal")
    if(NOT output MATCHES "\\[ +OK \\] ${test} ")
      message(FATAL_ERROR "${test} did not run without AVX-512:\n${output}")
    endif()
  endforeach()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# millionths(OUT LINE): the probability in a line of `mnemo predict`, as a whole number.
function(millionths out line)
  if(NOT line MATCHES "^(pos|neg)\t0\\.([0-9][0-9][0-9][0-9][0-9][0-9])$")
    message(FATAL_ERROR "No prediction: ${line}")
  endif()
  math(EXPR number "1${CMAKE_MATCH_2} - 1000000")
  set(${out} ${number} PARENT_SCOPE)
endfunction()

# The program trains and predicts there, and its model is the same here.
function(require_same_predictions)
  file(REMOVE_RECURSE "${WORK_DIR}")
  file(MAKE_DIRECTORY "${WORK_DIR}")
  set(rows "text,label\n")
  foreach(i RANGE 1 10)
    string(APPEND rows "A film to remember ${i},pos\nBroken after ${i} days,neg\n")
  endforeach()
  file(WRITE "${WORK_DIR}/train.csv" "${rows}")
  file(WRITE "${WORK_DIR}/texts.txt" "A film to remember.\nBroken after two days.\n")
  emulated("mnemo train" "${MNEMO}" train text --train "${WORK_DIR}/train.csv" --out "${run}"
    --epochs=1 --tokenizer-type=word --vocab-size=300 --hidden-size=16 --embedding-dim=16
    --threads=1)
  set(predict "${MNEMO}" predict "${run}" --input "${WORK_DIR}/texts.txt")
  emulated("mnemo predict" ${predict})
  execute_process(COMMAND ${predict} OUTPUT_VARIABLE expected COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^\n]+" found "${output}")
  string(REGEX MATCHALL "[^\n]+" expected "${expected}")
  list(LENGTH found texts)
  if(NOT texts EQUAL 2)
    message(FATAL_ERROR "mnemo predict told of ${texts} texts, not of 2:\n${output}")
  endif()
  foreach(there here IN ZIP_LISTS found expected)
    millionths(p "${there}")
    millionths(q "${here}")
    math(EXPR difference "${p} - ${q}")
    if(difference GREATER 5 OR difference LESS -5)
      message(FATAL_ERROR "Without AVX-512: ${there}; here: ${here}")
    endif()
  endforeach()
endfunction()

if(NOT HAS_KERNELS)
  skip("this build has no kernels of mnemo's own")
elseif(SANITIZE)
  skip("valgrind does not run programs with sanitizers")
elseif(NOT VALGRIND)
  skip("valgrind, which emulates an older CPU, is not installed")
endif()
run_kernel_tests()
if(NOT output MATCHES "SKIPPED \\] Paths/KernelBounds.LstmSteps/avx512 ")
  skip("this valgrind emulates AVX-512")
endif()
require_same_predictions()
