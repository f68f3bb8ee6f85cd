# Everything the project takes from elsewhere. scripts/setup.sh installs it.
find_package(Torch 2.13 QUIET CONFIG)
if(NOT Torch_FOUND)
  message(FATAL_ERROR
    "LibTorch was not found: ${Torch_NOT_FOUND_MESSAGE}\n"
    "Run ./scripts/setup.sh, or set CMAKE_PREFIX_PATH to the folder that holds "
    "share/cmake/Torch/TorchConfig.cmake.")
endif()
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt REQUIRED)
find_package(utf8cpp 3.2 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
include(${PROJECT_SOURCE_DIR}/cmake/MnemoLibzip.cmake)
find_package(Threads REQUIRED)
include(${PROJECT_SOURCE_DIR}/cmake/MnemoSentencePiece.cmake)
mnemo_import_sentencepiece("${MNEMO_SENTENCEPIECE_PREFIX}")
