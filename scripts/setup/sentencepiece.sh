# SentencePiece, a static library built from its source archive. Sourced by ../setup.sh.

SENTENCEPIECE_VERSION=0.2.1
SENTENCEPIECE_SHA256=8138cec27c2f2282f4a34d9a016e3374cd40e5c6e9cb335063db66a0a3b71fad
SENTENCEPIECE_PREFIX="$REPO/.deps/sentencepiece"
SENTENCEPIECE_STAMP="sentencepiece $SENTENCEPIECE_VERSION, layout 1"  # raise the layout to have it made anew

# Static, and of our own making: a shared libsentencepiece and libtorch both export FLAGS_minloglevel, of
# different sizes, and overwrite each other's memory.
prepare_sentencepiece() {
  if [[ -f $SENTENCEPIECE_PREFIX/stamp && $(<"$SENTENCEPIECE_PREFIX/stamp") == "$SENTENCEPIECE_STAMP" ]]; then
    announce "SentencePiece .deps/sentencepiece: all there"
    return
  fi
  run_step sentencepiece "SentencePiece $SENTENCEPIECE_VERSION: download and build (about a minute, once)" \
    "Why: the source archive could not be fetched through pip, or did not compile (the log's end says which).
What to do: if fetching failed, check pip's settings (PIP_INDEX_URL, proxy, certificates); the index must offer
the source archive of sentencepiece $SENTENCEPIECE_VERSION, and setuptools and wheel. Then run this again." \
    make_sentencepiece
}

make_sentencepiece() {
  local work="$REPO/build/sentencepiece-src" source staging
  local archive="$work/sentencepiece-$SENTENCEPIECE_VERSION.tar.gz"
  mkdir -p "$work" "$REPO/.deps"
  if ! has_checksum "$archive" "$SENTENCEPIECE_SHA256"; then
    # `--no-binary :all:` would build setuptools from its source, too.
    "$PYTHON" -m pip download --no-deps --no-binary sentencepiece --dest "$work" \
      "sentencepiece==$SENTENCEPIECE_VERSION"
    has_checksum "$archive" "$SENTENCEPIECE_SHA256" || {
      echo "error: $archive is not the archive that mnemo knows (sha256 $SENTENCEPIECE_SHA256)"
      return 1
    }
  fi
  rm -rf "$work/sentencepiece-$SENTENCEPIECE_VERSION"
  tar -xzf "$archive" -C "$work"
  source="$work/sentencepiece-$SENTENCEPIECE_VERSION/sentencepiece"
  build_sentencepiece "$source"
  # Made aside and renamed: who finds .deps/sentencepiece finds all of it.
  staging=$(mktemp -d "$REPO/.deps/sentencepiece.XXXXXX")
  chmod 755 "$staging"
  install_sentencepiece "$source" "$staging"
  swap_in "$staging" "$SENTENCEPIECE_PREFIX"
  rm -rf "$work/sentencepiece-$SENTENCEPIECE_VERSION"
}

has_checksum() {
  [[ -f $1 ]] && sha256sum --status -c - <<<"$2  $1"
}

build_sentencepiece() {
  local source=$1 launcher=()
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  cmake -S "$source" -B "$source/build" -GNinja -DCMAKE_BUILD_TYPE=Release \
    -DSPM_ENABLE_SHARED=OFF -DSPM_ENABLE_TCMALLOC=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DCMAKE_INSTALL_PREFIX="$SENTENCEPIECE_PREFIX" "${launcher[@]}"
  cmake --build "$source/build" --target sentencepiece-static sentencepiece_train-static
}

# The files are copied rather than installed by cmake: the same layout everywhere (lib, never lib64), no command-line
# programs, and the internal headers that SentencePiece does not install but building normalisation rules needs
# (builder.h and all that it includes).
install_sentencepiece() {
  local source=$1 to=$2 part
  local internal="$to/include/internal" licenses="$to/share/licenses"
  mkdir -p "$to/lib" "$to/include" "$internal/third_party/protobuf-lite" "$licenses"
  cp "$source"/build/src/libsentencepiece{,_train}.a "$to/lib/"
  cp "$source"/src/sentencepiece_{processor,trainer}.h "$to/include/"
  cp "$source"/src/{builder,common,sentencepiece_processor}.h "$source"/src/builtin_pb/sentencepiece_model.pb.h \
    "$source"/build/config.h "$internal/"
  copy_headers "$source/third_party/absl" "$internal/third_party/absl"
  copy_headers "$source/third_party/protobuf-lite/google" "$internal/third_party/protobuf-lite/google"
  cp "$source/LICENSE" "$licenses/sentencepiece"
  for part in "$source"/third_party/*/LICENSE; do
    cp "$part" "$licenses/$(basename "$(dirname "$part")")"
  done
  printf '%s\n' "$SENTENCEPIECE_STAMP" >"$to/stamp"
}

# copy_headers FROM TO: all headers below FROM, with their folders.
copy_headers() {
  mkdir -p "$2"
  (cd "$1" && find . -name '*.h' -o -name '*.inc') | tar -C "$1" -cf - -T - | tar -C "$2" -xf -
}

swap_in() {
  local fresh=$1 place=$2
  rm -rf "$place.old"
  [[ ! -e $place ]] || mv "$place" "$place.old"
  mv "$fresh" "$place"
  rm -rf "$place.old"
}
