#!/usr/bin/env bash
# Everything that is too long for CI: the tests, all ways to build, the versions of LibTorch, bare machines, the
# benchmark. Half a day on two cores; needs root (for the bare machines), debootstrap,
# clang and the network.
#   ./scripts/nightly.sh [VERSION ...]       versions of LibTorch (default: 2.11.0 2.13.0 2.14.1)
# MNEMO_DATA=<folder> as of test.sh and the benchmark. Goes on after a failure, ends with 1 if there was one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

FAILED=()

# step COMMAND...
step() {
  printf '\n==== %s\n' "$*"
  "$@" || FAILED+=("$*")
}

[[ $# -gt 0 ]] || set -- 2.11.0 2.13.0 2.14.1
step env CI=true ./scripts/test.sh
step ./scripts/check_builds.sh
step ./scripts/fuzz.sh
step ./scripts/check_torch.sh "$@"
for suite in bookworm trixie; do
  step ./scripts/check_bare.sh "$suite"
  step ./scripts/check_bare.sh "$suite" --user
done
step ./scripts/check_wheel.sh bookworm
step ./scripts/check_guests.sh
step ./scripts/benchmark/run.sh

printf '\n'
if [[ ${#FAILED[@]} -gt 0 ]]; then
  printf 'FAILED: %s\n' "${FAILED[@]}"
  exit 1
fi
echo "All of it passed"
