# Everything the project takes from elsewhere. scripts/setup.sh installs it.
include(${PROJECT_SOURCE_DIR}/cmake/MnemoTorch.cmake)
set(mnemo_torch_hint "")
if(SKBUILD)
  # A wheel is for the torch of the Python that it is installed for, which pip hides from a build of its own (-E).
  find_package(Python REQUIRED COMPONENTS Interpreter)
  execute_process(COMMAND "${Python_EXECUTABLE}" -E -c
      "import importlib.util as find; print(find.find_spec('torch').submodule_search_locations[0])"
    OUTPUT_VARIABLE mnemo_torch_hint OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT mnemo_torch_hint AND NOT MNEMO_TORCH_ROOT)
    message(FATAL_ERROR "${Python_EXECUTABLE} has no torch, which the package links: pip install torch")
  endif()
endif()
mnemo_find_torch("${mnemo_torch_hint}")
if(MNEMO_TORCH_ERROR)
  message(FATAL_ERROR "${MNEMO_TORCH_ERROR} ./scripts/setup.sh fetches one.")
endif()
mnemo_read_torch_version(MNEMO_TORCH_VERSION)
if(MNEMO_TORCH_VERSION VERSION_LESS 2.11)
  message(FATAL_ERROR
    "mnemo needs LibTorch 2.11 or newer, and ${MNEMO_TORCH_ROOT} is ${MNEMO_TORCH_VERSION}")
endif()
message(STATUS "LibTorch ${MNEMO_TORCH_VERSION}: ${MNEMO_TORCH_ROOT}")
mnemo_import_torch()
find_package(Boost 1.74 REQUIRED CONFIG COMPONENTS program_options)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt REQUIRED)
find_package(utf8cpp REQUIRED)  # 3.2 or newer; a version asked for would refuse 4
set(MNEMO_UTF8CPP utf8cpp)
if(TARGET utf8cpp::utf8cpp)  # its name from version 4 on
  set(MNEMO_UTF8CPP utf8cpp::utf8cpp)
endif()
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
include(${PROJECT_SOURCE_DIR}/cmake/MnemoLibzip.cmake)
find_package(Threads REQUIRED)
include(${PROJECT_SOURCE_DIR}/cmake/MnemoSentencePiece.cmake)
mnemo_import_sentencepiece("${MNEMO_SENTENCEPIECE_PREFIX}")

# mnemo's own kernels are for GCC and Clang on x86-64 and need LibTorch's batch-reduce GEMM, which is
# not a stable interface. Without them LibTorch's own operators serve.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND CMAKE_CXX_COMPILER_ID MATCHES "^(GNU|Clang)$")
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_LIBRARIES mnemo::torch)
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)  # to compile is enough
  check_cxx_source_compiles("
    #include <ATen/native/CPUBlas.h>
    void multiply(const float* fp32, const at::BFloat16* bf16, float* sum) {
      at::native::cpublas::brgemm(1, 1, 2, 2, 1, 1, false, fp32, fp32, sum, /*is_vnni=*/false);
      at::native::cpublas::brgemm(1, 1, 2, 2, 1, 1, false, bf16, bf16, sum, /*is_vnni=*/true);
      at::native::cpublas::brgemm_release();
    }" MNEMO_HAS_VECTOR_KERNELS)
  unset(CMAKE_REQUIRED_LIBRARIES)
  unset(CMAKE_TRY_COMPILE_TARGET_TYPE)
endif()
if(NOT MNEMO_HAS_VECTOR_KERNELS)
  message(STATUS "mnemo's own kernels are off: LibTorch's operators serve, several times slower")
endif()
