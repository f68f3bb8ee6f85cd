# Builds a program that knows LibTorch and SentencePiece alone, and gives it a model that mnemo exported.
include("${CMAKE_CURRENT_LIST_DIR}/run_checked.cmake")
set(work "${WORK_DIR}/without_mnemo")
set(classify "${work}/build/classify")
set(model "${work}/model.pt")
set(texts "${work}/texts.txt")

function(build_program)
  file(REMOVE_RECURSE "${work}")
  string(REPLACE "|" ";" prefix_path "${PREFIX_PATH}")
  run_checked("Configuring the program"
    ${CMAKE_COMMAND} -S "${CMAKE_CURRENT_LIST_DIR}/without_mnemo" -B "${work}/build"
    -G "${GENERATOR}" "-DCMAKE_PREFIX_PATH=${prefix_path}" "-DTORCH=${TORCH_ROOT}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DSENTENCEPIECE_PREFIX=${SENTENCEPIECE_PREFIX}")
  run_checked("Building the program" ${CMAKE_COMMAND} --build "${work}/build")
endfunction()

# Some of the texts are longer than the 12 pieces that the model reads: both ends of 6.
function(export_model)
  run_checked("mnemo train" "${MNEMO}" train text --train "${SAMPLE_DATA}/reviews_train.csv"
    --out "${work}/run" --epochs=3 --learning-rate=0.02 --vocab-size=600 --hidden-size=16
    --embedding-dim=16 --threads=1 --max-length=12 --truncate=both)
  run_checked("mnemo export" "${MNEMO}" export "${work}/run" --out "${model}")
  string(CONCAT lines
    "A film to remember.\n" "Broken after two days.\n" "\n" "空调坏了没人修，再也不来。\n"
    "It was long and it was loud, and still I would go and see it a second time with all my friends.\n")
  file(WRITE "${texts}" "${lines}")
endfunction()

# millionths(VARIABLE 0.995564): 995564.
function(millionths variable probability)
  string(REPLACE "." "" digits "${probability}")
  string(REGEX REPLACE "^0+([0-9])" "\\1" digits "${digits}")
  set(${variable} "${digits}" PARENT_SCOPE)
endfunction()

# One text at a time and many at once may round differently in the last digit.
function(require_same_answers)
  execute_process(COMMAND "${classify}" "${model}" INPUT_FILE "${texts}"
    OUTPUT_VARIABLE found ERROR_VARIABLE error RESULT_VARIABLE result)
  run_checked("mnemo predict" "${MNEMO}" predict "${model}" --input "${texts}")
  set(pattern "(neg|pos)\t([01]\\.[0-9]+)\n")
  string(REGEX MATCHALL "${pattern}" found_lines "${found}")
  string(REGEX MATCHALL "${pattern}" expected_lines "${output}")
  list(LENGTH found_lines count)
  list(LENGTH expected_lines expected_count)
  set(same TRUE)
  if(NOT result EQUAL 0 OR NOT count EQUAL 5 OR NOT expected_count EQUAL 5)
    set(same FALSE)
  else()
    foreach(one other IN ZIP_LISTS found_lines expected_lines)
      string(REGEX MATCH "${pattern}" _ "${one}")
      set(label "${CMAKE_MATCH_1}")
      millionths(number "${CMAKE_MATCH_2}")
      string(REGEX MATCH "${pattern}" _ "${other}")
      millionths(expected "${CMAKE_MATCH_2}")
      math(EXPR difference "${number} - ${expected}")
      if(NOT label STREQUAL CMAKE_MATCH_1 OR NOT difference MATCHES "^-?[0-2]$")
        set(same FALSE)
      endif()
    endforeach()
  endif()
  if(NOT same)
    message(FATAL_ERROR "The program answers (${result})\n${found}${error}and mnemo predict\n${output}")
  endif()
endfunction()

function(require_refusal)
  execute_process(COMMAND "${classify}" "${work}/nowhere.pt"
    ERROR_VARIABLE error RESULT_VARIABLE result)
  if(NOT result EQUAL 1 OR NOT error MATCHES "nowhere.pt")
    message(FATAL_ERROR "A missing model should be told; found (${result}):\n${error}")
  endif()
endfunction()

build_program()
export_model()
require_same_answers()
require_refusal()
