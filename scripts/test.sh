#!/usr/bin/env bash
# Sets mnemo up (scripts/setup.sh), then runs all tests: C++ (ctest) and Python (pytest).
# CI=true builds with warnings as errors. MNEMO_DATA=<folder> lets the tests that need large data sets run.
set -euo pipefail
CALLED_FROM=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh

PRESET=release
[[ ${CI:-} != true ]] || PRESET=ci

# Reports are tested in a real browser; without one those tests are left out, but not with CI=true.
HANDY_PACKAGES+=(chromium)

main() {
  local cpp=passed python=passed
  setup "$PRESET"
  export OMP_WAIT_POLICY=passive  # or threads of tests side by side would wait for each other by spinning
  export MNEMO_BINARY="$REPO/build/$PRESET/mnemo"

  announce "C++ tests"
  ctest --preset "$PRESET" --parallel 2 --output-on-failure --no-tests=error || cpp=FAILED
  announce "Python tests"
  python_tests || python=FAILED

  announce "C++ tests: $cpp; Python tests: $python"
  [[ $cpp == passed && $python == passed ]]
}

python_tests() {
  local folder folders=() status=0
  if [[ $PYTHON_HAS_TORCH != 1 ]]; then
    echo "Left out: .venv has no torch."
    return
  fi
  for folder in tests/python tests/parity tests/report tests/benchmark scripts/reference; do
    [[ ! -d $folder ]] || folders+=("$folder")
  done
  "$PYTHON" -m pytest "${folders[@]}" -q --numprocesses 2 --dist loadgroup || status=$?
  # pytest calls "no tests found" an error, and it is one where a folder of tests is.
  if [[ $status == 5 && ! -d tests/python ]]; then
    echo "There is no tests/python."
    return
  fi
  return "$status"
}

main
