# LibTorch and Python: .venv, from pip or from the user. Sourced by ../setup.sh.

VENV="$REPO/.venv"
PYTHON="$VENV/bin/python"
REQUIREMENTS="$REPO/scripts/requirements.txt"            # LibTorch, and what Python programs beside mnemo need
TEST_REQUIREMENTS="$REPO/scripts/requirements-test.txt"  # what the tests need besides

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

# The version of torch that pip is asked for, as torch==2.15.0.
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
  if is_cuda_build "$torch"; then
    mapfile -t parts < <("$PYTHON" "$REPO/scripts/cuda_parts.py")
    "$PYTHON" -m pip install "${parts[@]}"
  fi
  require_loadable "$torch/lib/libtorch_cpu.so"
}

# require_loadable LIBRARY: fails and names what the loader would miss.
require_loadable() {
  local missing
  missing=$(LC_ALL=C ldd "$1" | grep 'not found') || return 0
  printf 'error: %s needs libraries that are not there:\n%s\n' "$1" "$missing"
  return 1
}

# install_python_packages USER_ROOT
install_python_packages() {
  local user_root=$1 requirements="$REPO/build/requirements.txt"
  {
    [[ -n $user_root ]] || torch_requirement
    grep -v '^torch==' "$REQUIREMENTS"
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

# torch_source USER_ROOT: where LibTorch comes from.
torch_source() {
  printf 'torch: %s\n' "${1:-$(torch_requirement) from pip}"
}

prepare_python() {
  local user_root level=$PYTHON_LEVEL stamp="$VENV/mnemo-stamp" made=0
  export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1  # a user's `user = true` has no place in a venv
  user_root=$(user_torch_root)
  # Nothing of another source may shine through.
  if [[ -e $VENV && ! (-f $stamp && $(<"$stamp") == "$(torch_source "$user_root")") ]]; then
    announce "Python environment ${VENV#"$REPO/"}: made anew, since it was not made for $(torch_source "$user_root")"
    rm -rf "$VENV"
  fi
  if [[ -n $user_root ]]; then
    provide library "Python environment ${VENV#"$REPO/"}; LibTorch is yours" make_venv
  else
    provide library "Python environment ${VENV#"$REPO/"}: LibTorch (once; 200 MB, a CUDA build 540 MB)" install_libtorch
  fi
  torch_source "$user_root" >"$stamp"
  find_torch "$user_root" || fail "Python environment ${VENV#"$REPO/"}" "Why: it was made, but holds no LibTorch.
What to do: rm -rf ${VENV#"$REPO/"} and run this again."
  if [[ $level == auto ]]; then
    level=python
    [[ -z $user_root ]] && is_cuda_build "$TORCH_ROOT" && level=library
  fi
  [[ $level == library ]] || provide python "Python environment ${VENV#"$REPO/"}: what Python programs need" \
    install_python_packages "$user_root"
  [[ $level != tests ]] || provide tests "Python environment ${VENV#"$REPO/"}: what tests need" \
    "$PYTHON" -m pip install -r "$TEST_REQUIREMENTS"
  ((made == 1)) || announce "Python environment ${VENV#"$REPO/"}: all there"
  PYTHON_HAS_TORCH=$("$PYTHON" -c 'import torch' 2>/dev/null && echo 1 || echo 0)
  announce "LibTorch: ${TORCH_ROOT#"$REPO/"}"
  if [[ $PYTHON_HAS_TORCH != 1 ]]; then
    announce "Left out: what runs in Python, since $(python_lack "$user_root")"
  fi
}

# Why Python has no torch, and what brings it.
python_lack() {
  if [[ -n $1 ]]; then
    printf 'your LibTorch is no torch of this Python; unset TORCH_PREFIX for one that is\n'
  else
    printf "torch's other packages are not there; --with-python fetches them\n"
  fi
}

# provide PART TITLE COMMAND...: runs COMMAND unless .venv has that part, made from the same list.
provide() {
  local part=$1 title=$2 stamp="$VENV/mnemo-$1" wanted list=/dev/null
  shift 2
  case $part in
    python) list=$REQUIREMENTS ;;
    tests) list=$TEST_REQUIREMENTS ;;
  esac
  wanted=$(sha256sum <"$list")
  [[ -x $PYTHON && -f $stamp && $(<"$stamp") == "$wanted" ]] && return
  run_step "$part" "$title" "$PYTHON_ADVICE" "$@"
  printf '%s\n' "$wanted" >"$stamp"
  made=1
}

# find_torch USER_ROOT: sets TORCH_ROOT; fails if there is no LibTorch.
find_torch() {
  [[ -x $PYTHON ]] && TORCH_ROOT=${1:-$(torch_root_of "$(site_packages)/torch")}
}

PYTHON_ADVICE="Why: most often pip cannot reach its package index, or the index has no torch for this Python and machine.
What to do: one of
  - behind a proxy or a mirror: set PIP_INDEX_URL, PIP_PROXY or PIP_CERT, and run this again;
  - no network, but a folder with the wheels: PIP_NO_INDEX=1 PIP_FIND_LINKS=<folder>
  - a LibTorch of your own: TORCH_PREFIX=<folder>; torch is then not downloaded."
