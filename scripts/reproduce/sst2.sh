#!/usr/bin/env bash
# SST-2 from its training phrases: `--preset best` with seeds 1, 2 and 3, its dev sentences to validate.
#
#   scripts/reproduce/sst2.sh DATA [OUT [OPTION...]]
#
# DATA holds train_phrases.csv, dev.csv and test.csv with the columns label and text; the runs go to OUT (by default runs/sst2). Options go to
# every training, to try others.
set -euo pipefail
if [[ $# -lt 1 ]]; then
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
fi
data=$(realpath "$1") out=${2:-runs/sst2}
shift $(($# < 2 ? $# : 2))
exec "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" text "$data/train_phrases.csv" "$data/test.csv" "$out" --preset best --valid "$data/dev.csv" "$@"
