# Imports LibTorch as mnemo::torch; used by the build and by the installed package alike.
#
# LibTorch's own CMake package stays out of it: that of a CUDA build fails without the CUDA toolkit,
# and nothing here compiles a line of CUDA. mnemo links what every LibTorch has, libtorch_cpu and
# libc10; app/cuda_library.cpp loads the CUDA part when somebody asks for a GPU.

# mnemo_find_torch(HINT): sets MNEMO_TORCH_ROOT, the folder with LibTorch's include/ and lib/. A folder
# that the user names comes first (MNEMO_TORCH_ROOT), then those of CMAKE_PREFIX_PATH, then HINT. The
# prefix may be LibTorch's root or, as PyTorch's documentation has it, the share/cmake in it.
macro(mnemo_find_torch hint)
  set(mnemo_torch_places "")
  foreach(mnemo_torch_prefix IN LISTS CMAKE_PREFIX_PATH ITEMS ${Torch_DIR} ${Torch_ROOT})
    foreach(mnemo_torch_up "" "/../.." "/../../..")
      list(APPEND mnemo_torch_places "${mnemo_torch_prefix}${mnemo_torch_up}")
    endforeach()
  endforeach()
  # The environment's CMAKE_PREFIX_PATH divides its folders by colons.
  string(REPLACE ":" ";" mnemo_torch_prefixes "$ENV{CMAKE_PREFIX_PATH}")
  foreach(mnemo_torch_prefix IN LISTS mnemo_torch_prefixes)
    list(APPEND mnemo_torch_places "${mnemo_torch_prefix}" "${mnemo_torch_prefix}/../..")
  endforeach()
  find_path(MNEMO_TORCH_ROOT include/ATen/ATen.h
    HINTS ${mnemo_torch_places} PATHS "${hint}" NO_DEFAULT_PATH
    DOC "LibTorch: the folder with its include/ and lib/")
  if(NOT MNEMO_TORCH_ROOT)
    message(FATAL_ERROR
      "LibTorch was not found: no folder of CMAKE_PREFIX_PATH has include/ATen/ATen.h.\n"
      "Run ./scripts/setup.sh, or set MNEMO_TORCH_ROOT to LibTorch's folder: the one that an archive "
      "of LibTorch unpacks to, or site-packages/torch of a Python.")
  endif()
endmacro()

# The version that LibTorch's headers tell, as 2.13.0.
function(mnemo_read_torch_version out)
  set(text "")
  foreach(header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(EXISTS "${MNEMO_TORCH_ROOT}/include/${header}")
      file(STRINGS "${MNEMO_TORCH_ROOT}/include/${header}" lines REGEX "^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
      string(APPEND text "${lines}")
    endif()
  endforeach()
  set(parts "")
  foreach(part MAJOR MINOR PATCH)
    if(NOT text MATCHES "TORCH_VERSION_${part} ([0-9]+)")
      message(FATAL_ERROR "${MNEMO_TORCH_ROOT}: LibTorch's headers do not tell its version")
    endif()
    list(APPEND parts "${CMAKE_MATCH_1}")
  endforeach()
  list(JOIN parts "." version)
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

function(mnemo_import_torch)
  if(TARGET mnemo::torch)
    return()
  endif()
  foreach(part torch_cpu c10)
    set(library "${MNEMO_TORCH_ROOT}/lib/lib${part}.so")
    if(NOT EXISTS "${library}")
      message(FATAL_ERROR "${MNEMO_TORCH_ROOT} has LibTorch's headers but no lib/lib${part}.so")
    endif()
    add_library(mnemo::${part} SHARED IMPORTED GLOBAL)
    set_target_properties(mnemo::${part} PROPERTIES IMPORTED_LOCATION "${library}")
  endforeach()
  add_library(mnemo::torch INTERFACE IMPORTED GLOBAL)
  target_include_directories(mnemo::torch SYSTEM INTERFACE
    "${MNEMO_TORCH_ROOT}/include" "${MNEMO_TORCH_ROOT}/include/torch/csrc/api/include")
  target_link_libraries(mnemo::torch INTERFACE mnemo::torch_cpu mnemo::c10)
endfunction()
