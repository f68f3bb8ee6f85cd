#!/usr/bin/env bash
# Trains with seeds 1, 2 and 3, measures each run on a test file, and prints the mean.
#
#   scripts/reproduce/seeds.sh TASK TRAIN TEST OUT [OPTION...]
#
# Options go to every training. Runs that OUT holds already are not trained again, and an interrupted
# one goes on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [[ $# -lt 4 ]]; then
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
fi
task=$1 train=$2 test=$3 out=$4
shift 4
mnemo=build/release/mnemo
accuracies=()
for seed in 1 2 3; do
  begin=$(date +%s)
  "$mnemo" train "$task" --train "$train" --out "$out/seed$seed" --seed "$seed" --resume "$@"
  seconds=$(($(date +%s) - begin))
  accuracy=$("$mnemo" evaluate "$out/seed$seed" --data "$test" | awk '$1 == "accuracy" { print $2 }')
  echo "seed $seed: test accuracy $accuracy, trained in $seconds s"
  accuracies+=("$accuracy")
done
printf '%s\n' "${accuracies[@]}" | awk '{ sum += $1 } END { printf "mean of %d seeds: %.4f\n", NR, sum / NR }'
