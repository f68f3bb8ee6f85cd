# Installs mnemo, builds the consumer against it and nothing else of this tree, and asks it.
include("${CMAKE_CURRENT_LIST_DIR}/run_checked.cmake")
set(prefix "${WORK_DIR}/prefix")
set(consumer "${WORK_DIR}/build/consumer")
set(mnemo "${prefix}/bin/mnemo")
set(runs "${WORK_DIR}/runs")
set(airline "${SAMPLE_DATA}/airline_passengers.csv")
set(motions "${SAMPLE_DATA}/motions_test.ts")
set(reviews "${SAMPLE_DATA}/reviews_test.csv")

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

# Names that SentencePiece shares with libc10 must not leave the program: see
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

# The library that users link has neither the command line's libraries nor its scripts inside.
function(require_no_boost)
  run_checked("nm" "${NM}" -C "${prefix}/lib/libmnemo_app.a")
  if(NOT output MATCHES "mnemo::Classifier::load" OR output MATCHES "boost::|kReportPage|kChartLibrary")
    message(FATAL_ERROR "libmnemo_app.a should hold the library, and neither Boost nor the page of reports")
  endif()
  file(STRINGS "${WORK_DIR}/build/CMakeCache.txt" boost REGEX "boost_.*(DIR|LIBRARY)")
  file(GLOB_RECURSE rules "${WORK_DIR}/build/build.ninja" "${WORK_DIR}/build/link.txt")
  foreach(file IN LISTS rules)
    file(STRINGS "${file}" found REGEX "boost")
    list(APPEND boost ${found})
  endforeach()
  if(boost OR NOT rules)
    message(FATAL_ERROR "A user of the library should need no Boost: ${boost}")
  endif()
endfunction()

# train_by_both(TASK RUN FILE SETTINGS...): the program and the consumer leave the same weights.
function(train_by_both task run file)
  list(TRANSFORM ARGN PREPEND "--" OUTPUT_VARIABLE options)
  run_checked("mnemo train ${task}" "${mnemo}" train ${task} --train "${file}" --out "${runs}/${run}" ${options})
  run_checked("The consumer trains" "${consumer}" train ${task} "${file}" "${runs}/${run}_library" ${ARGN})
  run_checked("The weights of both" ${CMAKE_COMMAND} -E compare_files
    "${runs}/${run}/weights.safetensors" "${runs}/${run}_library/weights.safetensors")
endfunction()

function(train_with_installed_mnemo)
  file(REMOVE_RECURSE "${runs}")
  train_by_both(text reviews "${SAMPLE_DATA}/reviews_train.csv" epochs=2 learning-rate=0.02 vocab-size=600
    hidden-size=16 embedding-dim=16 threads=1)
  train_by_both(series motions "${SAMPLE_DATA}/motions_train.ts" epochs=2 hidden-sizes=8 threads=1)
  train_by_both(forecast passengers "${airline}" split-rows=96,24,24 lookback=24 horizon=12 epochs=2
    hidden-size=8 threads=1)
  run_checked("The consumer pretrains" "${consumer}" pretrain
    "${SAMPLE_DATA}/reviews_train.csv" "${runs}/start" "${runs}/started")
  run_checked("The consumer imports" "${consumer}" import "${runs}/passengers" "${airline}" "${runs}/imported")
  file(WRITE "${runs}/texts.txt" "A film to remember.\nBroken after two days.\n")
  foreach(run reviews motions passengers)
    run_checked("The consumer exports" "${consumer}" export "${runs}/${run}" "${runs}/${run}.pt")
    run_checked("mnemo export" "${mnemo}" export "${runs}/${run}" --out "${runs}/${run}_program.pt")
    run_checked("The exports of both"
      ${CMAKE_COMMAND} -E compare_files "${runs}/${run}.pt" "${runs}/${run}_program.pt")
  endforeach()
endfunction()

# require_same(WAY MODEL FILE ARGUMENTS...): the consumer's WAY prints what mnemo prints with these arguments.
function(require_same way model file)
  run_checked("mnemo ${ARGN}" "${mnemo}" ${ARGN} --threads=1)
  set(expected "${output}")
  run_checked("The consumer's ${way}" "${consumer}" ${way} "${runs}/${model}" "${file}")
  if(NOT output STREQUAL expected OR NOT output)
    message(FATAL_ERROR "${model}: the consumer's ${way} prints\n${output}and mnemo\n${expected}")
  endif()
endfunction()

function(require_same_answers model_ending)
  set(texts "${runs}/texts.txt")
  foreach(way_model_file "classify|reviews|${texts}" "predict|motions|${motions}" "forecast|passengers|${airline}")
    string(REPLACE "|" ";" case "${way_model_file}")
    list(GET case 0 way)
    list(GET case 1 model)
    list(GET case 2 file)
    set(model "${model}${model_ending}")
    require_same(${way} ${model} "${file}" predict "${runs}/${model}" --input "${file}")
  endforeach()
  foreach(model_file "reviews|${reviews}" "motions|${motions}" "passengers|${airline}")
    string(REPLACE "|" ";" case "${model_file}")
    list(GET case 0 model)
    list(GET case 1 file)
    set(model "${model}${model_ending}")
    require_same(evaluate ${model} "${file}" evaluate "${runs}/${model}" --data "${file}" --json)
  endforeach()
endfunction()

function(require_same_explanations)
  foreach(model_file "reviews|${runs}/texts.txt" "motions|${motions}" "passengers|${airline}")
    string(REPLACE "|" ";" case "${model_file}")
    list(GET case 0 model)
    list(GET case 1 file)
    require_same(explain ${model} "${file}" explain "${runs}/${model}" --input "${file}" --format jsonl)
  endforeach()
  run_checked("The consumer explains" "${consumer}" explain-in-memory
    "${runs}/reviews" "${runs}/motions" "${runs}/passengers" "${airline}")
endfunction()

# README.md's example asks runs/reviews of the folder that it is run in.
function(require_example_of_readme)
  execute_process(COMMAND "${consumer}" WORKING_DIRECTORY "${WORK_DIR}" OUTPUT_VARIABLE output RESULT_VARIABLE result)
  if(NOT result EQUAL 0 OR NOT output MATCHES "^(neg|pos)\t0\\.[0-9]+\n$")
    message(FATAL_ERROR "README's example prints (${result}):\n${output}")
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
  execute_process(COMMAND ${CMAKE_COMMAND}
    -S "${CMAKE_CURRENT_LIST_DIR}/consumer" -B "${WORK_DIR}/build-refused" --fresh
    -G "${GENERATOR}" "-DCMAKE_PREFIX_PATH=${prefix_path}" "-DMNEMO_TORCH_ROOT=${other}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}"
    OUTPUT_QUIET ERROR_VARIABLE error RESULT_VARIABLE result)
  string(REGEX REPLACE "[ \n]+" " " error "${error}")
  if(result EQUAL 0 OR NOT error MATCHES "mnemo was built with LibTorch [0-9.]+, and [^ ]*/other-torch is 1\\.2\\.3\\. Set MNEMO_TORCH_ROOT")
    message(FATAL_ERROR "LibTorch 1.2.3 should be refused in words; found (${result}):\n${error}")
  endif()
endfunction()

function(require_refusal)
  execute_process(COMMAND "${consumer}" explain "${WORK_DIR}/nowhere" x
    ERROR_VARIABLE error RESULT_VARIABLE result)
  if(NOT result EQUAL 1 OR NOT error MATCHES "nowhere: no such run folder")
    message(FATAL_ERROR "A missing run should be an exception that tells; found (${result}):\n${error}")
  endif()
endfunction()

install_mnemo()
require_refusal_of_another_torch()
build_consumer()
require_no_boost()
require_hidden_sentencepiece()
train_with_installed_mnemo()
require_example_of_readme()
require_same_answers("")
# TorchScript and SentencePiece in one process, which is where they once clashed.
require_same_answers(".pt")
require_same_explanations()
require_refusal()
