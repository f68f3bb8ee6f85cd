#!/usr/bin/env bash
# JapaneseVowels, BasicMotions and ItalyPowerDemand: the default settings with seeds 1, 2 and 3.
#
#   scripts/reproduce/series.sh DATA [OUT [OPTION...]]
#
# DATA holds NAME_TRAIN.ts and NAME_TEST.ts of each; the runs go to OUT (by default runs/series). Options
# go to every training, to try others.
set -euo pipefail
if [[ $# -lt 1 ]]; then
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
fi
data=$(realpath "$1") out=${2:-runs/series}
shift $(($# < 2 ? $# : 2))
for name in JapaneseVowels BasicMotions ItalyPowerDemand; do
  echo "$name"
  "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" series "$data/${name}_TRAIN.ts" "$data/${name}_TEST.ts" "$out/$name" "$@"
done
