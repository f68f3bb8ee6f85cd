#!/usr/bin/env bash
# IMDB with its 50,000 unlabelled reviews: a language model of them and of the training reviews, and a
# classifier that begins with it, measured on the official test file. Interrupted, it goes on where it
# was when it is called again.
#
#   scripts/reproduce/imdb_unlabelled.sh DATA [OUT]
#
# DATA holds unlabeled.csv, train.csv and test.csv with the column text, the latter two with label, too;
# the runs go to OUT (by default runs/imdb_unlabelled).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [[ $# -lt 1 ]]; then
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
fi
data=$1 out=${2:-runs/imdb_unlabelled}
mnemo=build/release/mnemo
"$mnemo" pretrain text --data "$data/unlabeled.csv,$data/train.csv" --embedding-dim 256 --hidden-size 256 \
  --softmax-draws 512 --out "$out/language" --resume
"$mnemo" train text --train "$data/train.csv" --init-from "$out/language" --epochs 2 \
  --learning-rate 0.001 --adversarial-norm 0.005 --ngrams 2 --out "$out/classifier" --resume
"$mnemo" evaluate "$out/classifier" --data "$data/test.csv"
