# Imports LibTorch as mnemo::torch; used by the build and by the installed package alike.
#
# LibTorch's own CMake package stays out of it: that of a CUDA build fails without the CUDA toolkit,
# and nothing here compiles a line of CUDA. mnemo links what every LibTorch has, libtorch_cpu and
# libc10; app/settings/cuda_library.cpp loads the CUDA part when somebody asks for a GPU.

# mnemo_find_torch(HINT): sets MNEMO_TORCH_ROOT, the folder with LibTorch's include/ and lib/, and
# MNEMO_TORCH_ERROR, empty if it is one. A folder that the user names comes first (MNEMO_TORCH_ROOT),
# then those of CMAKE_PREFIX_PATH, then HINT. A prefix may be LibTorch's root or, as PyTorch's
# documentation has it, the share/cmake in it.
macro(mnemo_find_torch hint)
  string(REPLACE ":" ";" mnemo_torch_prefixes "$ENV{CMAKE_PREFIX_PATH}")
  set(mnemo_torch_places "")
  foreach(mnemo_torch_prefix IN LISTS CMAKE_PREFIX_PATH Torch_DIR Torch_ROOT mnemo_torch_prefixes)
    foreach(mnemo_torch_up "" "/../.." "/../../..")
      list(APPEND mnemo_torch_places "${mnemo_torch_prefix}${mnemo_torch_up}")
    endforeach()
  endforeach()
  find_path(MNEMO_TORCH_ROOT include/ATen/ATen.h
    HINTS ${mnemo_torch_places} PATHS "${hint}" NO_DEFAULT_PATH
    DOC "LibTorch: the folder with its include/ and lib/")
  set(MNEMO_TORCH_ERROR "")
  if(NOT MNEMO_TORCH_ROOT)
    string(CONCAT MNEMO_TORCH_ERROR
      "LibTorch was not found: no folder of CMAKE_PREFIX_PATH has include/ATen/ATen.h. Set MNEMO_TORCH_ROOT to "
      "LibTorch's folder: the one that an archive of LibTorch unpacks to, or site-packages/torch of a Python.")
  else()
    foreach(mnemo_torch_file include/ATen/ATen.h lib/libtorch_cpu.so lib/libc10.so)
      if(NOT EXISTS "${MNEMO_TORCH_ROOT}/${mnemo_torch_file}")
        set(MNEMO_TORCH_ERROR
          "MNEMO_TORCH_ROOT is ${MNEMO_TORCH_ROOT}, and that is no LibTorch: it has no ${mnemo_torch_file}.")
      endif()
    endforeach()
  endif()
endmacro()

# The version that LibTorch's headers tell, as 2.13.0; empty if they tell none.
function(mnemo_read_torch_version out)
  set(text "")
  foreach(header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(EXISTS "${MNEMO_TORCH_ROOT}/include/${header}")
      file(STRINGS "${MNEMO_TORCH_ROOT}/include/${header}" lines
        REGEX "^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
      string(APPEND text "${lines}")
    endif()
  endforeach()
  set(parts "")
  foreach(part MAJOR MINOR PATCH)
    if(text MATCHES "TORCH_VERSION_${part} ([0-9]+)")
      list(APPEND parts "${CMAKE_MATCH_1}")
    endif()
  endforeach()
  list(JOIN parts "." version)
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

function(mnemo_import_torch)
  if(TARGET mnemo::torch)
    return()
  endif()
  foreach(part torch_cpu c10)
    add_library(mnemo::${part} SHARED IMPORTED GLOBAL)
    set_target_properties(mnemo::${part} PROPERTIES IMPORTED_LOCATION "${MNEMO_TORCH_ROOT}/lib/lib${part}.so")
  endforeach()
  add_library(mnemo::torch INTERFACE IMPORTED GLOBAL)
  target_include_directories(mnemo::torch SYSTEM INTERFACE
    "${MNEMO_TORCH_ROOT}/include" "${MNEMO_TORCH_ROOT}/include/torch/csrc/api/include")
  target_link_libraries(mnemo::torch INTERFACE mnemo::torch_cpu mnemo::c10)
endfunction()
