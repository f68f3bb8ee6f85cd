#!/usr/bin/env bash
# Takes a bare machine to trained, tested and exported models: sets mnemo up (scripts/setup.sh), then trains on
# the sample data that ships with it, texts (English and Chinese), a time series and motions, and checks that the
# exported text models give plain PyTorch the answers that mnemo gives. Results go to build/demo/.
#   ./scripts/demo.sh [--with-python]
# The comparison with PyTorch needs Python's torch. Where pip's index serves a CUDA build of it, that is gigabytes
# which nothing else here needs, so it is left out there unless --with-python asks for it.
set -euo pipefail
CALLED_FROM=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh

MNEMO=build/release/mnemo
SAMPLE=datasets/sample
WORK=build/demo

main() {
  case "$*" in
    "") ;;
    --with-python) PYTHON_LEVEL=python ;;
    *)
      echo "usage: demo.sh [--with-python]" >&2
      exit 2
      ;;
  esac
  setup release mnemo  # the program alone: the tests take as long again to build
  mkdir -p "$WORK"
  cat >"$WORK/reviews.txt" <<'TEXT'
A warm, funny and beautifully acted film that I would happily watch again.
The plot makes no sense, the jokes fall flat and I wanted my money back.
Great photography, but two hours of nothing happening is a waste of talent.
TEXT
  cat >"$WORK/reviews_zh.txt" <<'TEXT'
房间干净，服务热情，下次还会来住。
质量太差，用了两天就坏了，非常失望。
物流很快，包装也很好，值得推荐。
TEXT
  demonstrate reviews "English reviews"
  demonstrate reviews_zh "Chinese reviews"
  demonstrate_forecast
  demonstrate_series
  summarize
}

# demonstrate NAME TITLE: train, evaluate, predict, export and compare on the sample NAME.
demonstrate() {
  local name=$1 run="$WORK/$1"
  heading "$2"
  show "$MNEMO" train text --train "$SAMPLE/${name}_train.csv" --out "$run" --overwrite
  show "$MNEMO" evaluate "$run" --data "$SAMPLE/${name}_test.csv"
  show cat "$run.txt"
  show "$MNEMO" predict "$run" --input "$run.txt" | tee "$run.mnemo.tsv"
  show "$MNEMO" explain "$run" --input "$run.txt"
  show "$MNEMO" export "$run" --out "$run.pt" --overwrite
  if [[ $PYTHON_HAS_TORCH == 1 ]]; then
    show .venv/bin/python scripts/reference/run_exported.py "$run.pt" --input "$run.txt" | tee "$run.python.tsv"
    check_agreement "$run.mnemo.tsv" "$run.python.tsv"
  else
    printf '\nLeft out: the same answers from PyTorch in Python.\n'
  fi
}

# The last two years of the airline passengers, month by month, from the ten before.
demonstrate_forecast() {
  local data="$SAMPLE/airline_passengers.csv" run="$WORK/passengers"
  heading "Airline passengers"
  show "$MNEMO" train forecast --train "$data" --split-rows 96,24,24 --horizon 24 --quantiles 0.1,0.5,0.9 \
    --out "$run" --quiet --overwrite
  show "$MNEMO" evaluate "$run" --data "$data"
  show "$MNEMO" predict "$run" --input "$data" | sed -n 1,4p
}

demonstrate_series() {
  local run="$WORK/motions"
  heading "Motions: series of two features"
  show "$MNEMO" train series --train "$SAMPLE/motions_train.ts" --out "$run" --quiet --overwrite
  show "$MNEMO" evaluate "$run" --data "$SAMPLE/motions_test.ts"
}

heading() {
  printf '\n'
  announce "---- $1 ----"
}

# show COMMAND...: prints the command as one would type it, and runs it. The command line goes to the script's
# own output (3), so that `show ... | tee` keeps the results alone.
exec 3>&1
show() {
  printf '\n$ %s\n' "$*" >&3
  "$@"
}

# check_agreement A B: both list the same labels, and probabilities that differ by rounding alone.
check_agreement() {
  [[ $(wc -l <"$1") == "$(wc -l <"$2")" ]] || disagree "$1" "$2"
  printf '\nmnemo against PyTorch: '
  paste "$1" "$2" | awk -F '\t' '
    { d = $2 - $4; if (d < 0) d = -d; if (d > worst) worst = d; if ($1 != $3 || NF != 4 || d > 2e-5) wrong = 1 }
    END { printf "%d texts, largest difference %.6f: %s\n", NR, worst, wrong ? "THEY DIFFER" : "they agree"
          exit wrong }' || disagree "$1" "$2"
}

disagree() {
  fail "mnemo and the exported model give different answers" "Compare $1 (mnemo) with $2 (PyTorch).
This is a defect: please report it with both files."
}

summarize() {
  local compared=", and ran the exported text models in plain PyTorch"
  [[ $PYTHON_HAS_TORCH == 1 ]] || compared=
  heading "Done"
  cat <<TEXT
Built mnemo, trained two text classifiers, a forecaster and a classifier of series on small samples, measured
each on rows it had not seen$compared. What lies where:
  $MNEMO         the program
  $WORK/reviews/         a run folder: settings, weights, tokenizer, metrics (and reviews_zh/)
  $WORK/reviews.pt       an exported model, for any PyTorch (and reviews_zh.pt)
  build/setup-logs/           what the steps of the set-up printed
Next, your own texts, a CSV file with the columns text and label:
  $MNEMO train text --train YOUR.csv --out runs/first      ($MNEMO train text --help)
Total time: $SECONDS s
TEXT
}

main "$@"
