#!/usr/bin/env bash
# IMDB with labels only: the default settings, seeds 1, 2 and 3, each trained on all training reviews
# but the tenth that validates, and measured on the official test file.
#
#   scripts/reproduce/imdb_labels.sh DATA [OUT [OPTION...]]
#
# DATA holds train.csv and test.csv with the columns label and text; the runs go to OUT (by default
# runs/imdb_labels). Options go to every training, to try others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [[ $# -lt 1 ]]; then
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
fi
data=$1 out=${2:-runs/imdb_labels}
shift $(($# < 2 ? $# : 2))
mnemo=build/release/mnemo
accuracies=()
for seed in 1 2 3; do
  begin=$(date +%s)
  "$mnemo" train text --train "$data/train.csv" --out "$out/seed$seed" --seed "$seed" --overwrite "$@"
  seconds=$(($(date +%s) - begin))
  accuracy=$("$mnemo" evaluate "$out/seed$seed" --data "$data/test.csv" | awk '$1 == "accuracy" { print $2 }')
  echo "seed $seed: test accuracy $accuracy, trained in $seconds s"
  accuracies+=("$accuracy")
done
printf '%s\n' "${accuracies[@]}" | awk '{ sum += $1 } END { printf "mean of %d seeds: %.4f\n", NR, sum / NR }'
