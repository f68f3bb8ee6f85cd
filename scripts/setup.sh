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
VENV="$REPO/.venv"
PYTHON="$VENV/bin/python"
REQUIREMENTS="$REPO/scripts/requirements.txt"            # LibTorch, and what Python programs beside mnemo need
TEST_REQUIREMENTS="$REPO/scripts/requirements-test.txt"  # what the tests need besides

SENTENCEPIECE_VERSION=0.2.1
SENTENCEPIECE_SHA256=8138cec27c2f2282f4a34d9a016e3374cd40e5c6e9cb335063db66a0a3b71fad
SENTENCEPIECE_PREFIX="$REPO/.deps/sentencepiece"
SENTENCEPIECE_STAMP="sentencepiece $SENTENCEPIECE_VERSION, layout 1"  # raise the layout to have it made anew

NEEDED_PACKAGES=(build-essential cmake ninja-build git python3 python3-venv libboost-program-options-dev
  nlohmann-json3-dev libfmt-dev libgtest-dev libutfcpp-dev libssl-dev libzip-dev zlib1g-dev libjs-chart.js)
HANDY_PACKAGES=()  # worth having, never required; who sources this names them
NEEDED_LIBRARIES="  a C++20 compiler (gcc 12), CMake 3.25, Ninja, Git, Python 3.10 with venv, and the libraries with
  their headers: Boost.Program_options 1.74, nlohmann-json 3.11, fmt 9, GoogleTest 1.12, utfcpp 3.2,
  OpenSSL 3, libzip 1.7, zlib (these versions or newer), and Chart.js 3 (its chart.min.js; name it with
  -D MNEMO_CHART_JS=... if CMake does not find it)"

# ---- Saying what goes on ------------------------------------------------------------------------------------

announce() {
  printf '[%4d s] %s\n' "$SECONDS" "$1"
}

# fail TITLE ADVICE [LOG]
fail() {
  local title=$1 advice=$2 log=${3:-}
  {
    printf '\nFAILED: %s\n' "$title"
    if [[ -s $log ]]; then
      printf '\nThe end of %s:\n' "${log#"$REPO/"}"
      tail -n 20 "$log" | cut -c1-240 | sed 's/^/    /'
      show_first_errors "$log"
    fi
    printf '\n%s\n' "$advice"
  } >&2
  exit 1
}

# A parallel build goes on after its first error, so the log's end may not show it.
show_first_errors() {
  local errors
  errors=$(grep -m 5 -E '(fatal )?error:|CMake Error' "$1" | cut -c1-240 | sed 's/^/    /') || return 0
  printf 'Its first errors:\n%s\n' "$errors"
}

HEARTBEAT_PID=

# Shows the last line of LOG now and then, so that a long step is seen to be alive.
start_heartbeat() {
  local log=$1
  (
    pause=15
    [[ -t 1 ]] && pause=3
    # sleep gets no stdout of ours: whoever reads our output through a pipe would wait for it.
    while sleep "$pause" >/dev/null 2>&1; do
      line=$(tail -n 1 "$log" 2>/dev/null | cut -c1-80) || true
      [[ -z $line ]] || printf '[%4d s]   ... %s\n' "$SECONDS" "$line"
    done
  ) &
  HEARTBEAT_PID=$!
}

stop_heartbeat() {
  [[ -n $HEARTBEAT_PID ]] || return 0
  kill "$HEARTBEAT_PID" 2>/dev/null || true
  wait "$HEARTBEAT_PID" 2>/dev/null || true
  HEARTBEAT_PID=
}
trap stop_heartbeat EXIT

# run_step NAME TITLE ADVICE COMMAND...: runs COMMAND with its output in the log NAME.
run_step() {
  local log="$LOGS/$1.log" title=$2 advice=$3 status
  shift 3
  mkdir -p "$LOGS"
  announce "$title"
  : >"$log"
  start_heartbeat "$log"
  # Not `if COMMAND`: bash would switch `set -e` off inside COMMAND.
  set +e
  (set -e; "$@") >"$log" 2>&1 </dev/null
  status=$?
  set -e
  stop_heartbeat
  ((status == 0)) || fail "$title" "$advice" "$log"
}

# ---- System packages ----------------------------------------------------------------------------------------

# missing_packages PACKAGE...: those that dpkg does not have installed, a line each.
missing_packages() {
  local installed
  # dpkg-query exits 1 as soon as it does not know one of them.
  installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p') || true
  printf '%s\n' "$@" | grep -vxF -f <(printf '%s\n' "$installed") || true
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  apt-get install -y --no-install-recommends "$@"
}

prepare_packages() {
  local needed handy
  if [[ ${MNEMO_SKIP_PACKAGES:-} == 1 ]]; then
    announce "System packages: taken as given (MNEMO_SKIP_PACKAGES=1)"
    return
  fi
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "System packages" "Why: this script installs packages on Debian and its relatives only.
What to do: install these with your system's package manager:
$NEEDED_LIBRARIES
then run this again with MNEMO_SKIP_PACKAGES=1."
  fi
  mapfile -t needed < <(missing_packages "${NEEDED_PACKAGES[@]}")
  mapfile -t handy < <(missing_packages "${HANDY_PACKAGES[@]}")
  if ((${#needed[@]} + ${#handy[@]} == 0)); then
    announce "System packages: all there"
  elif ((EUID == 0)); then
    run_step packages "System packages: installing ${needed[*]} ${handy[*]}" \
      "Why: apt-get could not fetch or install them (the log's end says which).
What to do: check the network and /etc/apt/sources.list, then run this again; or install by hand
$NEEDED_LIBRARIES
and run this again with MNEMO_SKIP_PACKAGES=1." \
      apt_install "${needed[@]}" "${handy[@]}"
  elif ((${#needed[@]} > 0)); then
    fail "System packages" "Why: not installed: ${needed[*]}; and only root may install packages.
What to do: run

    sudo apt-get install -y --no-install-recommends ${needed[*]} ${handy[*]}

and then this again. If you have them from elsewhere, run this with MNEMO_SKIP_PACKAGES=1."
  else
    announce "System packages: all there but ${handy[*]} (optional)"
  fi
}

# An old distribution has every package, too old: better said here than by a riddle later.
check_tools() {
  local tool version
  for tool in cmake ninja c++ python3; do
    command -v "$tool" >/dev/null || fail "System packages" "Why: there is no '$tool' on the PATH.
What to do: install
$NEEDED_LIBRARIES"
  done
  version=$(cmake --version | sed -n 's/^cmake version //p')
  [[ $(printf '%s\n' 3.25 "$version" | sort -V | head -n 1) == 3.25 ]] ||
    fail "System packages" "Why: CMake is version $version, and mnemo needs 3.25 or newer.
What to do: install a newer one (pip has it as 'cmake'), put it first on the PATH and run this again."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    fail "System packages" "Why: $(python3 --version 2>&1) is too old: mnemo needs Python 3.10 or newer.
What to do: put a newer python3 first on the PATH and run this again."
}

# ---- LibTorch and Python ------------------------------------------------------------------------------------

# How much goes into .venv: library (what mnemo links), auto (python, but library where torch is a CUDA build),
# python (`import torch` works) or tests.
PYTHON_LEVEL=${PYTHON_LEVEL:-auto}
TORCH_ROOT=       # the folder with the include/ and lib/ that the build uses
PYTHON_HAS_TORCH= # 1: .venv can `import torch`; 0: it cannot, and what needs it is left out

# torch_root_of FOLDER: the LibTorch that FOLDER means (its root, its share/cmake or its share/cmake/Torch), if any.
torch_root_of() {
  local folder=$1 up
  [[ $folder != \~ && $folder != \~/* ]] || folder="$HOME${folder#\~}"  # a tilde in quotes, left as it is by the shell
  [[ $folder == /* ]] || folder="$CALLED_FROM/$folder"
  for up in . ../.. ../../..; do
    if [[ -f $folder/$up/include/ATen/ATen.h && -f $folder/$up/lib/libtorch_cpu.so ]]; then
      (cd "$folder/$up" && pwd -P)
      return
    fi
  done
  return 1
}

# The LibTorch that TORCH_PREFIX or CMAKE_PREFIX_PATH names; nothing if they name none.
user_torch_root() {
  local entries entry root
  if [[ -n ${TORCH_PREFIX:-} ]]; then
    root=$(torch_root_of "$TORCH_PREFIX") || fail "LibTorch" "Why: TORCH_PREFIX is '$TORCH_PREFIX', and there is no
include/ATen/ATen.h with lib/libtorch_cpu.so in that folder.
What to do: set it to the folder that LibTorch was unpacked to (it holds include and lib), or unset it."
    entries=("$root")
  else
    IFS=':;' read -r -a entries <<<"${CMAKE_PREFIX_PATH:-}"
  fi
  for entry in "${entries[@]}"; do
    if [[ -n $entry ]] && root=$(torch_root_of "$entry") && [[ $root != "$VENV"/* ]]; then
      printf '%s\n' "$root"
      return
    fi
  done
}

site_packages() {
  "$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'
}

is_cuda_build() {
  [[ -f $1/lib/libtorch_cuda.so ]]
}

make_venv() {
  [[ -d $VENV ]] && "$PYTHON" -m pip --version && return  # or it is absent, half made, or its Python is gone
  python3 -m venv --clear "$VENV"
}

# The version of torch that pip is asked for, as torch==2.13.0.
torch_requirement() {
  if [[ -n ${TORCH_VERSION:-} ]]; then
    printf 'torch==%s\n' "$TORCH_VERSION"
  else
    grep '^torch==' "$REQUIREMENTS"
  fi
}

# LibTorch without what Python needs besides, which is gigabytes for a CUDA build; of that the loader wants two small
# packages, CUDA's runtime and its profiling interface.
install_libtorch() {
  local torch parts
  make_venv
  "$PYTHON" -m pip install --no-deps "$(torch_requirement)"
  torch=$(site_packages)/torch
  is_cuda_build "$torch" || return 0
  mapfile -t parts < <("$PYTHON" "$REPO/scripts/cuda_parts.py")
  "$PYTHON" -m pip install "${parts[@]}"
  require_loadable "$torch/lib/libtorch_cpu.so"
}

# require_loadable LIBRARY: fails and names what the loader would miss.
require_loadable() {
  local missing
  missing=$(LC_ALL=C ldd "$1" | grep 'not found') || return 0
  printf 'error: %s needs libraries that are not there:\n%s\n' "$1" "$missing"
  return 1
}

# install_python_packages LEVEL USER_ROOT
install_python_packages() {
  local level=$1 user_root=$2 requirements="$REPO/build/requirements.txt"
  make_venv
  {
    [[ -n $user_root ]] || torch_requirement
    grep -hv '^torch==' "$REQUIREMENTS"
    [[ $level != tests ]] || cat "$TEST_REQUIREMENTS"
  } >"$requirements"
  "$PYTHON" -m pip install -r "$requirements"
  if [[ -n $user_root ]]; then
    borrow_torch "$user_root"
  else
    "$PYTHON" -c 'import torch'
  fi
}

# Lets .venv import the user's torch if it is a Python package, and one for this version of Python.
borrow_torch() {
  local torch_root=$1 link
  [[ -f $torch_root/__init__.py ]] || return 0
  link=$(site_packages)/borrowed-torch.pth
  dirname "$torch_root" >"$link"
  "$PYTHON" -c 'import torch' || rm "$link"
}

# torch_source USER_ROOT: where LibTorch comes from. With another source nothing of .venv may shine through.
torch_source() {
  printf 'torch: %s,\n' "${1:-$(torch_requirement) from pip}"
}

# python_stamp USER_ROOT LEVEL: what .venv was made from, and how much of it there is.
python_stamp() {
  printf '%s %s, %s\n' "$(torch_source "$1")" "$(cat "$REQUIREMENTS" "$TEST_REQUIREMENTS" | sha256sum | cut -d' ' -f1)" "$2"
}

prepare_python() {
  local user_root stamp="$VENV/mnemo-stamp" level=$PYTHON_LEVEL wanted
  user_root=$(user_torch_root)
  wanted=$(python_stamp "$user_root" "$level")
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && find_torch "$user_root"; then
    announce "Python environment .venv: all there"
  else
    [[ -f $stamp && $(<"$stamp") != "$(torch_source "$user_root")"* ]] && rm -rf "$VENV"
    rm -f "$stamp"
    fill_venv "$user_root" "$level"
    find_torch "$user_root" || fail "Python environment .venv" "Why: it was made, but holds no LibTorch.
What to do: rm -rf .venv and run this again."
    printf '%s\n' "$wanted" >"$stamp"
  fi
  announce "LibTorch: ${TORCH_ROOT#"$REPO/"}"
  if [[ $PYTHON_HAS_TORCH != 1 ]]; then
    announce "Left out: Python's torch, so what runs in Python is left out, too (--with-python brings it)"
  fi
}

# fill_venv USER_ROOT LEVEL
fill_venv() {
  local user_root=$1 level=$2
  export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1  # a user's `user = true` has no place in a venv
  if [[ -z $user_root ]]; then
    run_step torch "Python environment .venv: LibTorch (once; 200 MB, a CUDA build 540 MB)" "$PYTHON_ADVICE" install_libtorch
    if [[ $level == auto ]]; then
      is_cuda_build "$(site_packages)/torch" && level=library || level=python
    fi
  fi
  if [[ $level != library ]]; then
    run_step python "Python environment .venv: Python packages" "$PYTHON_ADVICE" \
      install_python_packages "$level" "$user_root"
  else
    run_step python "Python environment .venv" "$PYTHON_ADVICE" make_venv
  fi
}

# find_torch USER_ROOT: sets TORCH_ROOT and PYTHON_HAS_TORCH; fails if what should be there is not.
find_torch() {
  [[ -x $PYTHON ]] || return 1
  TORCH_ROOT=${1:-$(torch_root_of "$(site_packages)/torch")} || return 1
  PYTHON_HAS_TORCH=$("$PYTHON" -c 'import torch' 2>/dev/null && echo 1 || echo 0)
}

PYTHON_ADVICE="Why: most often pip cannot reach its package index, or the index has no torch for this Python and machine.
What to do: one of
  - behind a proxy or a mirror: set PIP_INDEX_URL, PIP_PROXY or PIP_CERT, and run this again;
  - no network, but a folder with the wheels: PIP_NO_INDEX=1 PIP_FIND_LINKS=<folder>
  - a LibTorch of your own: TORCH_PREFIX=<folder>; torch is then not downloaded."

# ---- SentencePiece ------------------------------------------------------------------------------------------

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
    # Not `--no-binary :all:`: that would build setuptools from its source, too.
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

# By hand rather than `cmake --install`: the same layout everywhere (lib, never lib64), no command-line
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

# ---- Configure and build ------------------------------------------------------------------------------------

export_build_environment() {
  export CMAKE_PREFIX_PATH="$TORCH_ROOT${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}"
  export MNEMO_SENTENCEPIECE_PREFIX="$SENTENCEPIECE_PREFIX"
}

configure() {
  local preset=$1 stamp="$REPO/build/$1/mnemo-stamp" wanted="$REPO, $TORCH_ROOT" fresh=()
  # CMake's cache remembers the folder it was made for and the first LibTorch it found.
  [[ -f $stamp && $(<"$stamp") == "$wanted" ]] || fresh=(--fresh)
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
What to do: on unchanged sources and a compiler that mnemo supports (gcc 12 or newer) this is a defect: report it
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
  HANDY_PACKAGES=(ccache clang-format)  # faster rebuilds, scripts/format.sh
  setup "${1:-release}"
fi
