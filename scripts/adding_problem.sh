#!/usr/bin/env bash
# The experiment of docs/diagnosis.md: a plain RNN and an LSTM on the adding problem of 100 and of 400 steps, looked
# into, on one thread. Half a minute at length 100, some minutes at 400. Runs go to build/adding/. Needs a built mnemo.
#   ./scripts/adding_problem.sh [LENGTH ...]      100 400 unless told otherwise
# The curves: .venv-benchmark/bin/python scripts/plot_diagnosis.py build/adding --out docs/diagnosis.svg
# (scripts/benchmark/run.sh makes that environment; any Python with matplotlib will do)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
MNEMO=${MNEMO:-build/release/mnemo}
WORK=build/adding

# experiment LENGTH EPOCHS
experiment() {
  local length=$1 epochs=$2 cell bias
  "$MNEMO" generate adding-problem --length "$length" --rows 10000 --seed 1 --out "$WORK/train$length.ts" --overwrite
  "$MNEMO" generate adding-problem --length "$length" --rows 1000 --seed 2 --out "$WORK/valid$length.ts" --overwrite
  for cell in rnn lstm; do
    bias=()
    [[ $cell != lstm ]] || bias=(--forget-bias 1)
    "$MNEMO" train series --train "$WORK/train$length.ts" --valid "$WORK/valid$length.ts" --target-kind number \
      --cell "$cell" --hidden-sizes 64 "${bias[@]}" --bidirectional=false --pooling last --norm none --dropout 0 \
      --scaler none --learning-rate 0.01 --schedule constant --batch-size 50 --epochs "$epochs" --patience 0 \
      --linear=false --threads 1 --diagnose --out "$WORK/$cell$length" --overwrite
  done
}

mkdir -p "$WORK"
[[ $# -gt 0 ]] || set -- 100 400
for length in "$@"; do
  experiment "$length" "$((length > 200 ? 15 : 6))" # the longer, the later it is understood
done
