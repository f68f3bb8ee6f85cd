# Installs mnemo, builds the consumer against it and nothing else of this tree, and asks it.
include("${CMAKE_CURRENT_LIST_DIR}/run_checked.cmake")
set(prefix "${WORK_DIR}/prefix")
set(consumer "${WORK_DIR}/build/consumer")
set(mnemo "${prefix}/bin/mnemo")
set(run "${WORK_DIR}/run")
set(model "${WORK_DIR}/model.pt")

function(install_mnemo)
  file(REMOVE_RECURSE "${prefix}" "${WORK_DIR}/build")
  run_checked("cmake --install"
    ${CMAKE_COMMAND} --install "${BUILD_DIR}" --config "${CONFIG}" --prefix "${prefix}")
endfunction()

function(build_consumer)
  string(REPLACE "|" ";" prefix_path "${prefix}|${PREFIX_PATH}")
  run_checked("Configuring the consumer"
    ${CMAKE_COMMAND} -S "${CMAKE_CURRENT_LIST_DIR}/consumer" -B "${WORK_DIR}/build"
    -G "${GENERATOR}" "-DCMAKE_PREFIX_PATH=${prefix_path}" "-DMNEMO_TORCH_ROOT=${TORCH_ROOT}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_EXE_LINKER_FLAGS=${LINK_FLAGS}")
  run_checked("Building the consumer" ${CMAKE_COMMAND} --build "${WORK_DIR}/build")
endfunction()

# What SentencePiece shares with libc10 by name must not leave the program: see
# cmake/MnemoSentencePiece.cmake.
function(require_hidden_sentencepiece)
  run_checked("nm" "${NM}" "${consumer}")
  if(NOT output MATCHES "FLAGS_minloglevel")
    message(FATAL_ERROR "SentencePiece is not in the consumer: there is nothing to check")
  endif()
  run_checked("nm -D" "${NM}" -D --defined-only "${consumer}")
  if(output MATCHES "FLAGS_minloglevel|sentencepiece")
    message(FATAL_ERROR "--exclude-libs did not reach the consumer's link:\n${output}")
  endif()
endfunction()

function(train_with_installed_mnemo)
  file(REMOVE_RECURSE "${run}" "${model}")
  run_checked("mnemo train" "${mnemo}" train text --train "${SAMPLE_DATA}/reviews_train.csv"
    --out "${run}" --epochs=2 --learning-rate=0.02 --vocab-size=600 --hidden-size=16
    --embedding-dim=16 --threads=1)
  run_checked("mnemo export" "${mnemo}" export "${run}" --out "${model}")
endfunction()

# The consumer gives the answers of `mnemo predict`.
function(require_same_answers path)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E echo "A film to remember.\nBroken after two days."
    COMMAND "${mnemo}" predict "${path}"
    OUTPUT_VARIABLE expected RESULT_VARIABLE result)
  run_checked("The consumer" "${consumer}" "${path}")
  if(NOT result EQUAL 0 OR NOT expected MATCHES "^(neg|pos)\t0\\.[0-9]+\n(neg|pos)\t0\\.[0-9]+\n$"
     OR NOT output STREQUAL expected)
    message(FATAL_ERROR "${path}: the consumer answers\n${output}and mnemo predict\n${expected}")
  endif()
endfunction()

# A LibTorch of another version is refused before anything is compiled, and by find_package's own means.
function(require_refusal_of_another_torch)
  set(other "${WORK_DIR}/other-torch")
  foreach(file include/ATen/ATen.h lib/libtorch_cpu.so lib/libc10.so)
    file(WRITE "${other}/${file}" "")
  endforeach()
  file(WRITE "${other}/include/torch/headeronly/version.h"
    "#define TORCH_VERSION_MAJOR 1\n#define TORCH_VERSION_MINOR 2\n#define TORCH_VERSION_PATCH 3\n")
  string(REPLACE "|" ";" prefix_path "${prefix}|${PREFIX_PATH}")
  execute_process(COMMAND ${CMAKE_COMMAND} -S "${CMAKE_CURRENT_LIST_DIR}/consumer" -B "${WORK_DIR}/build-refused" --fresh
    -G "${GENERATOR}" "-DCMAKE_PREFIX_PATH=${prefix_path}" "-DMNEMO_TORCH_ROOT=${other}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}"
    OUTPUT_QUIET ERROR_VARIABLE error RESULT_VARIABLE result)
  string(REGEX REPLACE "[ \n]+" " " error "${error}")
  if(result EQUAL 0 OR NOT error MATCHES "mnemo was built with LibTorch [0-9.]+, and [^ ]*/other-torch is 1\\.2\\.3\\. Set MNEMO_TORCH_ROOT")
    message(FATAL_ERROR "LibTorch 1.2.3 should be refused in words; found (${result}):\n${error}")
  endif()
endfunction()

function(require_refusal)
  execute_process(COMMAND "${consumer}" "${WORK_DIR}/nowhere"
    ERROR_VARIABLE error RESULT_VARIABLE result)
  if(NOT result EQUAL 1 OR NOT error MATCHES "nowhere: no such run folder")
    message(FATAL_ERROR "A missing run should be an exception that tells; found (${result}):\n${error}")
  endif()
endfunction()

install_mnemo()
require_refusal_of_another_torch()
build_consumer()
require_hidden_sentencepiece()
train_with_installed_mnemo()
require_same_answers("${run}")
# TorchScript and SentencePiece in one process, which is where they once clashed.
require_same_answers("${model}")
require_refusal()
