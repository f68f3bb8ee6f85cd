#!/usr/bin/env bash
# Brings a bare machine to a built mnemo, and does nothing twice.
#
#   ./scripts/setup.sh [--with-python] [PRESET]     executed: everything, then build with PRESET (default: release)
#   source scripts/setup.sh                         sourced (demo.sh, test.sh): defines `setup PRESET [TARGET]` and its
#                                                   parts, runs nothing; `setup` also exports what the build found
#
# Steps: system packages, .venv (LibTorch, Python), .deps/sentencepiece, configure, build.
# Each keeps its output in build/setup-logs/. A step that fails says why and what to do, and ends the script.
#
# Python programs on torch are no part of mnemo, but tests and examples are. `import torch` of a CUDA build costs
# gigabytes that mnemo itself does not need, so there it is left out unless --with-python asks for it.
#
# From the environment:
#   TORCH_PREFIX            a LibTorch of your own (a folder with include/ and lib/, or a Python's site-packages/torch);
#   CMAKE_PREFIX_PATH       the same, if one of its folders holds LibTorch. Then torch is not downloaded.
#   TORCH_VERSION=2.15.0    that version of torch from pip, not the one of scripts/requirements.txt
#   MNEMO_SKIP_PACKAGES=1   take the system packages as given
#   PIP_*                   as pip reads them: package index, proxy, certificates
set -euo pipefail

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
LOGS="$REPO/build/setup-logs"

for part in say packages torch sentencepiece; do
  source "$REPO/scripts/setup/$part.sh"
done

export_build_environment() {
  export CMAKE_PREFIX_PATH="$TORCH_ROOT${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}"
  export MNEMO_SENTENCEPIECE_PREFIX="$SENTENCEPIECE_PREFIX"
}

configure() {
  local preset=$1 stamp="$REPO/build/$1/mnemo-stamp" fresh=() wanted
  # CMake's cache remembers the folder it was made for, the first LibTorch it found and what that one could do.
  wanted="$REPO, $TORCH_ROOT, $(cat "$TORCH_ROOT"/include/torch/*/version.h \
    "$TORCH_ROOT"/include/torch/csrc/api/include/torch/version.h | sha256sum)"
  [[ -f $stamp && $(<"$stamp") == "$wanted" ]] || fresh=(--fresh)
  # The tests' Python has what the package is built with.
  [[ $PYTHON_LEVEL != tests || $PYTHON_HAS_TORCH != 1 ]] ||
    fresh+=(-DMNEMO_PYTHON=ON -DPython_EXECUTABLE="$PYTHON")
  cd "$REPO"
  cmake --preset "$preset" "${fresh[@]}" -DMNEMO_SENTENCEPIECE_PREFIX="$SENTENCEPIECE_PREFIX"
  printf '%s\n' "$wanted" >"$stamp"
}

build() {
  cd "$REPO"
  cmake --build --preset "$1" --target "$2"
}

# setup PRESET [TARGET]: all of it; TARGET is what to build (default: everything).
setup() {
  local preset=$1 target=${2:-all}
  prepare_packages
  check_tools
  prepare_python
  prepare_sentencepiece
  export_build_environment
  run_step "configure-$preset" "Configure (preset $preset)" \
    "Why: CMake did not find something, or found it too old (see the lines above).
What to do: if it is a library, install it; needed are
$NEEDED_LIBRARIES
If the message makes no sense, rm -rf build/$preset and run this again." \
    configure "$preset"
  run_step "build-$preset" "Build (preset $preset; the first time takes minutes)" \
    "Why: a source file did not compile or link (see the lines above), or the compiler was killed for want of
memory ('Killed'): then run this again with CMAKE_BUILD_PARALLEL_LEVEL=1.
What to do: on unchanged sources and a compiler that mnemo supports (GCC 12 or newer, Clang 14 or newer) this is a defect: report it
with that log." \
    build "$preset" "$target"
  announce "Ready: build/$preset/mnemo"
}

CALLED_FROM=${CALLED_FROM:-$PWD}
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  if [[ ${1:-} == --with-python ]]; then
    PYTHON_LEVEL=python
    shift
  fi
  [[ $# -le 1 && ${1:-} != -* ]] || {
    echo "usage: setup.sh [--with-python] [dev|release|ci|asan]" >&2
    exit 2
  }
  HANDY_PACKAGES=(ccache clang-format)  # faster rebuilds, scripts/format.sh
  setup "${1:-release}"
fi
