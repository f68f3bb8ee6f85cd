# Imports libzip as mnemo::libzip. Debian's own package file fails unless libzip's command-line tools
# are installed too, so the header and the library are looked up directly.
if(NOT TARGET mnemo::libzip)
  find_path(MNEMO_LIBZIP_INCLUDE_DIR zip.h)
  find_library(MNEMO_LIBZIP_LIBRARY zip)
  mark_as_advanced(MNEMO_LIBZIP_INCLUDE_DIR MNEMO_LIBZIP_LIBRARY)
  if(NOT MNEMO_LIBZIP_INCLUDE_DIR OR NOT MNEMO_LIBZIP_LIBRARY)
    message(FATAL_ERROR "libzip was not found. Run ./scripts/setup.sh (Debian: libzip-dev).")
  endif()
  add_library(mnemo::libzip UNKNOWN IMPORTED GLOBAL)
  set_target_properties(mnemo::libzip PROPERTIES
    IMPORTED_LOCATION "${MNEMO_LIBZIP_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${MNEMO_LIBZIP_INCLUDE_DIR}")
endif()
