"""Compares the losses of two runs' first epochs: the same training by two builds of mnemo.

    compare_losses.py RUN OTHER

Prints a cell of a Markdown table with the larger relative difference of the training and the validation loss;
ends with 1 where it is more than 1e-3, which no change of rounding explains in one epoch.
"""

import json
import pathlib
import sys

TOLERANCE = 1e-3


def first_epoch(run: str) -> dict:
    with open(pathlib.Path(run) / "metrics.jsonl", encoding="utf-8") as lines:
        return json.loads(next(lines))


def main() -> int:
    if len(sys.argv) != 3:
        print("usage: compare_losses.py RUN OTHER", file=sys.stderr)
        return 2
    one, other = map(first_epoch, sys.argv[1:])
    difference = max(abs(one[key] / other[key] - 1) for key in ("train_loss", "valid_loss"))
    print(f" {difference:.1e} |", end="")
    if not difference <= TOLERANCE:
        print(f"{sys.argv[2]}: losses differ from those of {sys.argv[1]} by {difference:.1e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
