# How every target of the project is compiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# -O3 buys nothing here and costs compile time; the hot loops in models/kernels have flags of their own.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# CMAKE_UNITY_BUILD (all presets but dev) compiles this many sources as one. A unit that sees LibTorch's headers
# takes half a minute before its own code counts, so this costs a fraction; 40 of them need some two gigabytes.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 40)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache's manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
endif()

if(MNEMO_SANITIZE)
  add_compile_options(-fsanitize=${MNEMO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MNEMO_SANITIZE})
endif()

# The warnings of the project.
function(mnemo_compile_options target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wnon-virtual-dtor -Woverloaded-virtual
    # GCC 12 raises false alarms on strings and tensors' sizes, in the standard library's and LibTorch's own code,
    # when a batch of sources lets it inline much of it at once.
    $<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-array-bounds;-Wno-restrict;-Wno-stringop-overflow;-Wno-maybe-uninitialized>
    $<$<BOOL:${MNEMO_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()

# mnemo_library(NAME [OBJECT] [USES FOLDERS...] SOURCES FILES...): a library of the project, and the folders of the
# project that it uses, whose libraries are named after them.
function(mnemo_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg OBJECT "" "USES;SOURCES")
  if(arg_OBJECT)
    add_library(${name} OBJECT ${arg_SOURCES})
  else()
    add_library(${name} STATIC ${arg_SOURCES})
  endif()
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${name} PUBLIC cxx_std_20)
  foreach(folder IN LISTS arg_USES)
    string(REPLACE "/" "_" library "mnemo_${folder}")
    target_link_libraries(${name} PUBLIC ${library})
  endforeach()
  mnemo_compile_options(${name})
endfunction()

# mnemo_precompile_headers(TARGET HEADERS...|REUSE_FROM TARGET): where sources are compiled one by one. Batches are too
# few to win back what precompiling costs, and the first of them would wait for it.
function(mnemo_precompile_headers target)
  if(CMAKE_UNITY_BUILD)
    return()
  endif()
  if(ARGV1 STREQUAL "REUSE_FROM")
    target_precompile_headers(${target} REUSE_FROM ${ARGV2})
  else()
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
