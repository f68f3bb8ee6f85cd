#!/usr/bin/env bash
# Tries mnemo with another version of LibTorch: sets it up, builds against it, runs the C++ tests
# (the program's among them), and compares three trainings with those of the pinned version on this machine.
#   ./scripts/check_torch.sh VERSION [...]      e.g. 2.13.0; from pip as it is set up here, a CPU or a CUDA build
# Prints a row a version for the table of docs/install.md and ends with 1 if anything failed. Everything goes to
# build/torch/VERSION/. Not part of CI: a version is some hundred megabytes and a build.
set -euo pipefail
CALLED_FROM=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh

main() {
  local version failed=0 attempted
  [[ $# -gt 0 && $1 != -* ]] || {
    echo "usage: check_torch.sh VERSION [...]" >&2
    exit 2
  }
  unset TORCH_VERSION TORCH_PREFIX CMAKE_PREFIX_PATH  # or the pinned version would be another
  setup release mnemo >&2
  PINNED="$REPO/build/release/mnemo"
  TOOLS=$PYTHON
  printf '%s\n' '| LibTorch | tests | text | series | forecast |' '|---|---|---|---|---|'
  for version in "$@"; do
    attempt check_version "$version"
    ((attempted == 0)) || failed=1
  done
  return "$failed"
}

check_version() {
  local version=$1 folder="$REPO/build/torch/$1" kind=CPU attempted
  mkdir -p "$folder"
  attempt build_with "$version" "$folder" >&2
  ((attempted == 0)) || {
    printf '| %s | NOT BUILT, see %s | | | |\n' "$version" "${folder#"$REPO/"}"
    return 1
  }
  is_built_with "$version" "$folder" || return 1
  ! is_cuda_build "$folder"/venv/lib/python3*/site-packages/torch || kind=CUDA
  printf '| %s, %s build |' "$version" "$kind"
  attempt run_tests "$folder"
  local tests=$attempted
  attempt compare_trainings "$folder"
  ((tests == 0 && attempted == 0))
}

build_with() {
  local version=$1 folder=$2
  unset CMAKE_PREFIX_PATH  # the pinned version's, by which it was built
  VENV="$folder/venv" PYTHON="$folder/venv/bin/python" LOGS="$folder"
  TORCH_VERSION=$version PYTHON_LEVEL=library prepare_python
  run_step configure "Configure with LibTorch $version" "What to do: see what CMake says above." \
    cmake -S . -B "$folder/build" -GNinja --fresh -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON \
    -DMNEMO_WARNINGS_AS_ERRORS=ON -DMNEMO_SENTENCEPIECE_PREFIX="$SENTENCEPIECE_PREFIX" -DMNEMO_TORCH_ROOT="$TORCH_ROOT"
  run_step build "Build with LibTorch $version" "What to do: mend what this version has changed, or refuse it." \
    cmake --build "$folder/build"
}

# The program's own libraries tell, since a setting of before may have sent the build to another LibTorch.
is_built_with() {
  local version=$1 folder=$2 found
  found=$(ldd "$folder/build/mnemo" | grep libtorch_cpu)
  [[ $found != *" $folder/venv/"* ]] || return 0
  printf '| %s | NOT CHECKED, the program was built with%s | | | |\n' "$version" "${found#*=>}"
  return 1
}

# Prints the outcome as a cell of the table.
run_tests() {
  local folder=$1 attempted log="$1/tests.log"
  announce "Tests with LibTorch ${folder##*/}" >&2
  export OMP_WAIT_POLICY=passive
  attempt ctest --test-dir "$folder/build" --parallel 2 --output-on-failure --no-tests=error >"$log" 2>&1
  sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/ \2 run, \1 failed |/p' "$log" | tr -d '\n'
  return "$attempted"
}

# The same three trainings by both programs; prints a cell each: how far their first epochs' losses are apart.
compare_trainings() {
  local folder=$1 task status=0
  for task in text series forecast; do
    train "$task" "$PINNED" "$folder/pinned-$task"
    train "$task" "$folder/build/mnemo" "$folder/new-$task"
    "$TOOLS" scripts/compare_losses.py "$folder/pinned-$task" "$folder/new-$task" || status=1
  done
  printf '\n'
  return "$status"
}

# train TASK MNEMO RUN
train() {
  local task=$1 mnemo=$2 run=$3 data
  case $task in
    text) data=reviews_train.csv ;;
    series) data=motions_train.ts ;;
    forecast) data=airline_passengers.csv ;;
  esac
  rm -rf "$run"
  "$mnemo" train "$task" --train "datasets/sample/$data" --precision fp32 --threads 1 --seed 1 --epochs 1 \
    --out "$run" --quiet >/dev/null
}

main "$@"
