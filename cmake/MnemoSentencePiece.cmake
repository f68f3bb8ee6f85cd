# Imports the static SentencePiece as mnemo::sentencepiece; used by the build and by the installed
# package alike, since the link option below must travel with the library.
#
# SentencePiece and LibTorch's c10 both define FLAGS_minloglevel, of different sizes. Unless
# SentencePiece's symbols stay local to what it is linked into, one overwrites the other's memory
# and the first TorchScript call hangs. Hence the static archives and --exclude-libs.
function(mnemo_import_sentencepiece prefix)
  if(TARGET mnemo::sentencepiece)
    return()
  endif()
  foreach(library sentencepiece_train sentencepiece)
    if(NOT EXISTS "${prefix}/lib/lib${library}.a")
      message(FATAL_ERROR
        "The static SentencePiece was not found in ${prefix}. Run ./scripts/setup.sh, which builds "
        "it, or set MNEMO_SENTENCEPIECE_PREFIX.")
    endif()
  endforeach()
  add_library(mnemo::sentencepiece INTERFACE IMPORTED GLOBAL)
  target_include_directories(mnemo::sentencepiece SYSTEM INTERFACE "${prefix}/include")
  target_link_libraries(mnemo::sentencepiece INTERFACE
    "${prefix}/lib/libsentencepiece_train.a" "${prefix}/lib/libsentencepiece.a" Threads::Threads)
  target_link_options(mnemo::sentencepiece INTERFACE "LINKER:--exclude-libs,ALL")
endfunction()
