#!/usr/bin/env bash
# torch's ReduceLROnPlateau never lowers the rate while the loss is negative, even while the loss gets worse.
#
# One would have guessed: a loss that stays the same for longer than `patience` lowers the learning rate, whatever its
# sign, and `best` is the lowest loss.
# With the default threshold_mode="rel" an epoch counts as better if loss < best * (1 - threshold). For a negative best
# that border lies above it, so the same loss, or a slightly worse one, counts as better and becomes `best`.
# For users: likelihoods of densities (GaussianNLLLoss, mixture and flow heads of forecasters) are negative once the
# model is good. The rate then stays where it is for good. Take threshold_mode="abs". torch 2.15.0 does the same.
# Known: https://github.com/pytorch/pytorch/issues/47513
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'torch==2.13.0' 'numpy==2.4.6'
"$work/venv/bin/python" - <<'PY'
import sys

import torch


def after(losses: list[float], **options) -> tuple[float, float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=2, **options)
    for loss in losses:
        schedule.step(loss)
    return optimizer.param_groups[0]["lr"], schedule.best


print(f"torch {torch.__version__}, patience 2, from rate 1.0")
worse = [-10 + epoch / 1024 for epoch in range(20)]
cases = {
    "10 for 7 epochs": after([10.0] * 7),
    "-10 for 7 epochs": after([-10.0] * 7),
    "rising from -10 for 20 epochs": after(worse),
    "-10 for 7 epochs, abs": after([-10.0] * 7, threshold_mode="abs"),
}
for name, (rate, best) in cases.items():
    print(f"{name:32s}rate {rate:<8.2g}best {best}")
rates = [round(rate, 6) for rate, _ in cases.values()]
bests = [best for _, best in cases.values()]
as_seen = rates == [0.01, 1.0, 1.0, 0.01] and bests == [10.0, -10.0, worse[-1], -10.0]
sys.exit(None if as_seen else "the behaviour has changed")
PY
