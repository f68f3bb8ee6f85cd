#!/usr/bin/env bash
# Sets mnemo up (scripts/setup.sh), then runs all tests: C++ (ctest) and Python (pytest), a suite at a time.
# CI=true builds with warnings as errors. MNEMO_DATA=<folder> lets the tests that need large data sets run.
# Each suite has a budget of minutes on two cores, 30 in all (CONTRIBUTING.md); the end tells what each took.
set -euo pipefail
CALLED_FROM=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh

PRESET=release
[[ ${CI:-} != true ]] || PRESET=ci

# Reports are tested in a real browser; without one those tests are left out, but not with CI=true.
HANDY_PACKAGES=(ccache chromium python3-dev)  # the last: what the Python package is built with

TIMES=()
FAILED=()

main() {
  PYTHON_LEVEL=tests
  setup "$PRESET"
  note "set-up and build" 10 0 passed
  export OMP_WAIT_POLICY=passive  # or threads of tests side by side would wait for each other by spinning
  export MNEMO_BINARY="$REPO/build/$PRESET/mnemo"

  suite "C++ tests" 5 ctest --preset "$PRESET" --parallel 2 --output-on-failure --no-tests=error
  suite "Python programs" 4 python_tests tests/python tests/structure scripts/reference
  suite "Python package" 2 python_tests tests/python_package
  suite "parity with PyTorch" 2 python_tests tests/parity
  suite "reports in a browser" 2 python_tests tests/report
  suite "benchmark, tiny" 4 python_tests tests/benchmark --numprocesses 0  # it takes the whole machine
  suite "documents" 3 python_tests tests/docs
  summarize
}

# suite NAME BUDGET COMMAND...: runs it and notes how that went. BUDGET is in minutes.
suite() {
  local name=$1 budget=$2 begin=$SECONDS outcome=passed
  shift 2
  announce "$name"
  if [[ $1 == python_tests && $PYTHON_HAS_TORCH != 1 && ${CI:-} != true ]]; then
    outcome="left out"
  elif ! "$@"; then
    outcome=FAILED
    FAILED+=("$name")
  fi
  note "$name" "$budget" "$begin" "$outcome"
}

# note NAME BUDGET BEGIN OUTCOME
note() {
  local took=$((SECONDS - $3)) over=
  ((took <= $2 * 60)) || over='  over its budget'
  TIMES+=("$(printf '%-22s %-8s %5d s %6d s%s' "$1" "$4" "$took" "$(($2 * 60))" "$over")")
}

python_tests() {
  "$PYTHON" -m pytest -q --numprocesses 2 --dist loadgroup "$@"
}

summarize() {
  printf '\n%-22s %-8s %7s %8s\n' Suite outcome took budget
  printf '%s\n' "${TIMES[@]}" "$(printf '%-22s %-8s %5d s %6d s' all '' "$SECONDS" 1800)"
  [[ ${#FAILED[@]} == 0 ]] || {
    printf 'FAILED: %s\n' "${FAILED[@]}"
    return 1
  }
}

main
