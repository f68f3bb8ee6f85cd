#!/usr/bin/env bash
# Tries the Python package beside programs whose needs conflict, each in an environment of its own: models that Keras
# saved, and the checks of estimators that sktime and aeon have.
#   ./scripts/check_guests.sh [keras] [sktime] [aeon]       (default: all)
# Needs a build with the package (scripts/setup.sh makes one), and the network for what is not installed yet. The
# environments are left in build/guests; torch they borrow of .venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export MNEMO_BINARY=${MNEMO_BINARY:-$PWD/build/release/mnemo}
export KERAS_BACKEND=torch  # which is there

# environment_of NAME: its Python, with the packages that its tests need.
environment_of() {
  local folder=build/guests/$1
  if [[ ! -x $folder/bin/python ]]; then
    .venv/bin/python -m venv "$folder"
    .venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
      >"$("$folder/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/borrowed.pth"
  fi
  "$folder/bin/python" -m pip install -q -r "tests/python_package/requirements-$1.txt"
}

main() {
  local guest test
  [[ $# -gt 0 ]] || set -- keras sktime aeon
  for guest in "$@"; do
    [[ -e tests/python_package/requirements-$guest.txt ]] || {
      echo "check_guests.sh: $guest: expected keras, sktime or aeon" >&2
      exit 2
    }
  done
  for guest in "$@"; do
    environment_of "$guest"
    "build/guests/$guest/bin/python" -c "import $guest; print('$guest', $guest.__version__)"
    test=tests/python_package/test_$guest.py
    [[ $guest != keras ]] || test=tests/python_package/test_keras_itself.py
    "build/guests/$guest/bin/python" -m pytest -q -p no:cacheprovider "$test"
  done
}

main "$@"
