# Installs the program, the library and what find_package(mnemo) needs.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/mnemo")
set(third_party_dir "${CMAKE_INSTALL_LIBDIR}/mnemo")

install(TARGETS mnemo_common mnemo_datasets_times mnemo_datasets mnemo_datasets_series mnemo_models
  mnemo_models_export mnemo_app
  EXPORT mnemoTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT mnemoTargets NAMESPACE mnemo:: DESTINATION ${package_dir})

# The public headers are the whole of what users may include.
install(DIRECTORY include/mnemo DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# SentencePiece's archives, which the library cannot do without.
install(FILES
  "${MNEMO_SENTENCEPIECE_PREFIX}/lib/libsentencepiece.a"
  "${MNEMO_SENTENCEPIECE_PREFIX}/lib/libsentencepiece_train.a"
  DESTINATION ${third_party_dir}/lib)

configure_package_config_file(cmake/mnemoConfig.cmake.in "${PROJECT_BINARY_DIR}/mnemoConfig.cmake"
  INSTALL_DESTINATION ${package_dir} PATH_VARS third_party_dir)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/mnemoConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/mnemoConfig.cmake"
  "${PROJECT_BINARY_DIR}/mnemoConfigVersion.cmake"
  cmake/MnemoSentencePiece.cmake
  cmake/MnemoTorch.cmake
  cmake/MnemoLibzip.cmake
  DESTINATION ${package_dir})
install(DIRECTORY "${MNEMO_SENTENCEPIECE_PREFIX}/share/licenses/"
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/licenses OPTIONAL)
install(FILES LICENSE THIRD_PARTY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
