#!/usr/bin/env bash
# ETTh1 and ETTm1, horizons 96, 192, 336 and 720: `--preset best` with seed 1, the literature's protocol.
# Prints each scaled mean squared error of the test part and both means.
#
#   scripts/reproduce/ett.sh DATA [OUT [OPTION...]]
#
# DATA holds ETTh1.csv and ETTm1.csv; the runs go to OUT (by default runs/ett). Runs that are there are
# not trained again. Options go to every training, to try others.
set -euo pipefail
if [[ $# -lt 1 ]]; then
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
fi
data=$(realpath "$1") out=${2:-runs/ett}
shift $(($# < 2 ? $# : 2))
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mnemo=build/release/mnemo
begin=$(date +%s)
for name in ETTh1 ETTm1; do
  rows=8640,2880,2880
  [[ $name == ETTm1 ]] && rows=34560,11520,11520
  errors=()
  for horizon in 96 192 336 720; do
    run=$out/$name-$horizon
    "$mnemo" train forecast --train "$data/$name.csv" --split-rows "$rows" --horizon "$horizon" \
      --preset best --out "$run" --resume "$@"
    error=$("$mnemo" evaluate "$run" --data "$data/$name.csv" | awk '$1 == "model" { print $(NF - 1) }')
    echo "$name, horizon $horizon: scaled MSE $error, after $(($(date +%s) - begin)) s in all"
    errors+=("$error")
  done
  printf '%s\n' "${errors[@]}" | awk -v name="$name" '{ sum += $1 } END { printf "%s: mean %.4f\n", name, sum / NR }'
done
