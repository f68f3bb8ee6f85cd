#!/usr/bin/env bash
# Builds mnemo in the ways that CI does not, warnings as errors, and runs the C++ tests of each: CI has GCC and a
# unity build; here are GCC without unity, Clang with and without it, and GCC with the sanitizers.
#   ./scripts/check_builds.sh [WAY ...]      gcc, clang, clang-unity, asan (default: all)
# From the environment: CLANGXX, the Clang to take (default: clang++). Builds go to build/ways/WAY. Some hours on two
# cores.
set -euo pipefail
CALLED_FROM=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh

main() {
  local way failed=() attempted
  [[ $# -gt 0 ]] || set -- gcc clang clang-unity asan
  for way in "$@"; do options_of "$way" >/dev/null; done
  [[ $* != *clang* ]] || command -v "${CLANGXX:-clang++}" >/dev/null || {
    echo "check_builds.sh: there is no ${CLANGXX:-clang++} (Debian: apt-get install clang)" >&2
    exit 1
  }
  prepare_packages
  check_tools
  prepare_python
  prepare_sentencepiece
  export_build_environment
  export OMP_WAIT_POLICY=passive
  for way in "$@"; do
    attempt check_way "$way"
    ((attempted == 0)) || failed+=("$way")
  done
  [[ ${#failed[@]} == 0 ]] || {
    announce "FAILED: ${failed[*]}"
    exit 1
  }
  announce "All of $*: built and tested"
}

# options_of WAY: CMake's, a line each.
options_of() {
  local clang=-DCMAKE_CXX_COMPILER=${CLANGXX:-clang++}
  case $1 in
    gcc) printf '%s\n' -DCMAKE_BUILD_TYPE=Release ;;
    clang) printf '%s\n' -DCMAKE_BUILD_TYPE=Release "$clang" ;;
    clang-unity) printf '%s\n' -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON "$clang" ;;
    asan) printf '%s\n' -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_UNITY_BUILD=ON -DMNEMO_SANITIZE=address,undefined ;;
    *)
      echo "check_builds.sh: there is no way '$1' to build; there are gcc, clang, clang-unity, asan" >&2
      exit 2
      ;;
  esac
}

check_way() {
  local way=$1 options=() advice="What to do: mend it; this way to build is supported."
  mapfile -t options < <(options_of "$way")
  run_step "configure-$way" "Configure ($way)" "$advice" cmake -S . -B "build/ways/$way" -GNinja --fresh \
    -DMNEMO_SENTENCEPIECE_PREFIX="$SENTENCEPIECE_PREFIX" -DMNEMO_WARNINGS_AS_ERRORS=ON "${options[@]}"
  run_step "build-$way" "Build ($way)" "$advice" cmake --build "build/ways/$way"
  run_step "test-$way" "Test ($way)" "$advice" ctest --test-dir "build/ways/$way" --parallel 2 --output-on-failure \
    --no-tests=error
}

main "$@"
