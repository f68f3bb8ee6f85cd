#!/usr/bin/env bash
# Builds the Python package's wheel, checks what it links, and tries it where nothing else is.
#   ./scripts/check_wheel.sh [SUITE]
#     SUITE  bookworm (the default), trixie: the bare Debian, in a fresh chroot with Python and pip alone, that it is
#            installed and used in: no compiler, CMake or headers
# Needs what scripts/setup.sh made, root, debootstrap and the network (torch is downloaded once more, into the chroot).
# The wheel is left in build/wheel. pip's index, proxy and certificates (PIP_*) hold inside, too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
REPO=$PWD
WHEELS=$REPO/build/wheel
MOST_BYTES=20000000

complain() {
  echo "check_wheel.sh: $1" >&2
  exit 1
}

# make_wheel PYTHON: as `pip install .` does, see python/wheel_backend.py.
make_wheel() {
  rm -rf "$WHEELS"
  mkdir -p "$WHEELS"
  "$1" -m pip wheel -q --no-deps --wheel-dir "$WHEELS" .
}

# require_own_libraries WHEEL: what its files link is in it, of torch, or on every Linux: of glibc, GCC and zlib.
require_own_libraries() {
  local folder file library
  folder=$(mktemp -d)
  python3 -m zipfile -e "$1" "$folder"
  for file in "$folder"/mnemo/_mnemo*.so "$folder/mnemo/bin/mnemo" "$folder"/mnemo.libs/*; do
    for library in $(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
      [[ $library =~ ^(libtorch_cpu|libc10|lib(c|m|z|dl|rt|pthread|gcc_s|stdc\+\+)|ld-linux-x86-64)\.so ]] ||
        [[ -e $folder/mnemo.libs/$library ]] ||
        complain "$(basename "$file") of $(basename "$1") links $library, which the wheel has not"
    done
  done
  rm -rf "$folder"
}

require_small() {
  local bytes
  bytes=$(stat -c %s "$1")
  ((bytes < MOST_BYTES)) || complain "$1 has $bytes bytes, and should have fewer than $MOST_BYTES"
  echo "$(basename "$1"): $bytes bytes"
}

# make_bare_system SUITE
make_bare_system() {
  ROOT=$REPO/build/bare/wheel-$1
  leave  # what an interrupted run left mounted
  rm -rf --one-file-system "$ROOT"
  mkdir -p "$ROOT"
  debootstrap --variant=minbase --include=ca-certificates,python3-venv "$1" "$ROOT" >"$ROOT.log" 2>&1 ||
    complain "debootstrap failed, see $ROOT.log"
  cp /etc/ssl/certs/ca-certificates.crt "$ROOT/etc/ssl/certs/ca-certificates.crt"
  cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
  mkdir "$ROOT/wheel"
  cp "$WHEELS"/*.whl datasets/sample/reviews_t*.csv tests/python_package/bare_use.py "$ROOT/wheel"
}

leave() {
  umount "$ROOT/proc" "$ROOT/dev" 2>/dev/null || true
}

inside() {
  local settings=() kept='^(PIP_(INDEX_URL|EXTRA_INDEX_URL|PROXY|CERT|DEFAULT_TIMEOUT)|https?_proxy|no_proxy)='
  mapfile -t settings < <(env | grep -E "$kept" || true)
  chroot "$ROOT" /usr/bin/env -i HOME=/tmp PATH=/usr/sbin:/usr/bin:/sbin:/bin "${settings[@]}" bash -ec "cd /wheel; $1"
}

main() {
  local suite=${1:-bookworm} torch
  [[ $# -le 1 && $suite != -* && $suite != */* ]] || { echo "usage: check_wheel.sh [SUITE]" >&2; exit 2; }
  ((EUID == 0)) || complain "only root can make a chroot"
  command -v debootstrap >/dev/null || complain "there is no debootstrap (Debian: apt-get install debootstrap)"
  torch=$(.venv/bin/python -c 'import torch; print(torch.__version__.partition("+")[0])')
  make_wheel .venv/bin/python
  require_own_libraries "$WHEELS"/*.whl
  require_small "$WHEELS"/*.whl
  make_bare_system "$suite"
  trap leave EXIT
  mount --bind /proc "$ROOT/proc"
  mount --bind /dev "$ROOT/dev"
  inside "python3 -m venv venv; venv/bin/pip install -q torch==$torch pandas sentencepiece *.whl"
  inside '! command -v c++ cmake; venv/bin/mnemo --version; venv/bin/python bare_use.py'
  echo "$suite: the wheel works with Python and pip alone"
}

main "$@"
