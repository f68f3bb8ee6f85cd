#!/usr/bin/env bash
# Measures mnemo side by side with PyTorch, ONNX Runtime and Keras, and holds it to its floors; see --help and
# README.md beside this file. Makes what it needs first: mnemo (scripts/setup.sh), the Python environment
# .venv-benchmark, and with --with-keras .venv-benchmark-keras. Results go to build/benchmark/.
#
# From the environment, besides what scripts/setup.sh reads:
#   MNEMO_DATA=FOLDER              as --data
#   MNEMO_BENCHMARK_BUILD=FOLDER   measure the programs of that build folder as they are; nothing is built, and a .venv
#                                  that has torch is taken as it is
set -euo pipefail
CALLED_FROM=$PWD
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

main() {
  # A wrong command line is told before anything is made.
  python3 "$HERE/command_line.py" "$@"
  local argument with_keras=0
  for argument in "$@"; do
    case $argument in
      -h | --help) return ;;
      --with-keras) with_keras=1 ;;
    esac
  done
  source "$HERE/../setup.sh"
  PYTHON_LEVEL=python
  BENCHMARK_VENV="$REPO/.venv-benchmark"
  KERAS_VENV="$REPO/.venv-benchmark-keras"
  BUILD=${MNEMO_BENCHMARK_BUILD:-$REPO/build/release}
  if [[ -z ${MNEMO_BENCHMARK_BUILD:-} ]]; then
    build_programs
  elif "$PYTHON" -c 'import torch' 2>/dev/null; then
    PYTHON_HAS_TORCH=1
  else
    prepare_python
  fi
  [[ $PYTHON_HAS_TORCH == 1 ]] || fail "Benchmark" "Why: .venv has no torch for Python to compare with.
What to do: let scripts/setup.sh install torch (unset TORCH_PREFIX), or set it to a torch that is a Python package."
  prepare_venv "$BENCHMARK_VENV" "$HERE/requirements.txt" "onnx, onnxruntime, matplotlib" borrow_project_packages
  ((with_keras == 0)) || prepare_venv "$KERAS_VENV" "$HERE/requirements-keras.txt" "Keras, TensorFlow, JAX" :
  announce "Measuring"
  exec "$BENCHMARK_VENV/bin/python" "$HERE/run_benchmark.py" --build "$BUILD" --out "$REPO/build/benchmark" "$@"
}

build_programs() {
  setup release mnemo
  run_step build-benchmark "Build mnemo's side of the benchmark" \
    "Why: it did not compile or link (see the lines above).
What to do: on unchanged sources this is a defect: report it with that log." \
    build_worker
}

build_worker() {
  cd "$REPO"
  cmake --preset release -DMNEMO_BUILD_BENCHMARKS=ON
  cmake --build --preset release --target mnemo_benchmark
}

# prepare_venv FOLDER REQUIREMENTS CONTENTS AFTERWARDS: AFTERWARDS is called with the folder of a fresh environment.
prepare_venv() {
  local folder=$1 requirements=$2 contents=$3 afterwards=$4 stamp wanted
  stamp="$folder/mnemo-stamp"
  wanted="$(sha256sum <"$requirements" | cut -d' ' -f1), $(python3 --version), $(<"$VENV/mnemo-stamp")"
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    announce "Python environment ${folder##*/}: all there"
    return
  fi
  run_step "${folder##*/}" "Python environment ${folder##*/}: $contents" "$PYTHON_ADVICE" \
    make_benchmark_venv "$folder" "$requirements" "$afterwards"
  printf '%s\n' "$wanted" >"$stamp"
}

make_benchmark_venv() {
  local folder=$1 requirements=$2 afterwards=$3
  export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1
  python3 -m venv --clear "$folder"
  echo '*' >"$folder/.gitignore"
  "$afterwards" "$folder"
  "$folder/bin/python" -m pip install -r "$requirements"
}

# Packages that .venv has are not installed a second time.
borrow_project_packages() {
  local site
  site=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  {
    site_packages
    cat "$(site_packages)/borrowed-torch.pth" 2>/dev/null || true
  } >"$site/borrowed-project-packages.pth"
}

main "$@"
