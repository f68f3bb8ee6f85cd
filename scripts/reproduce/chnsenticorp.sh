#!/usr/bin/env bash
# ChnSentiCorp: `--preset best` with seeds 1, 2 and 3.
#
#   scripts/reproduce/chnsenticorp.sh DATA [OUT [OPTION...]]
#
# DATA holds train.csv and test.csv with the columns label and text; the runs go to OUT (by default runs/chnsenticorp). Options go to
# every training, to try others.
set -euo pipefail
if [[ $# -lt 1 ]]; then
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
fi
data=$(realpath "$1") out=${2:-runs/chnsenticorp}
shift $(($# < 2 ? $# : 2))
exec "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" text "$data/train.csv" "$data/test.csv" "$out" --preset best "$@"
