#!/usr/bin/env bash
# The same numbers, added over ranks by gloo's all_reduce, have sums that differ with their place in the tensor.
#
# One would have guessed: every element is added over the ranks in one order, so a tensor that is constant on every rank
# has a constant sum (other orders for other numbers of ranks, perhaps).
# gloo cuts the tensor into pieces, and each piece is added beginning with another rank. All ranks get the same bits.
# For users: how gradients are laid into buckets changes a training's bits, with the same seed and number of ranks:
# a frozen layer, another bucket size or another order of parameters. Compare trainings within a tolerance, or add in
# an order of your own (gather, then sum) where bits must be those of another layout.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'torch==2.13.0' 'numpy==2.4.6'
cat >"$work/ranks.py" <<'PY'
import sys
from pathlib import Path

import torch
from torch import distributed

distributed.init_process_group("gloo", init_method=f"file://{sys.argv[1]}/meeting", rank=int(sys.argv[2]), world_size=3)
# 1 + small rounds to 1, so the sum is 1 where the smalls come one by one, and above 1 where they meet first.
values = torch.full((1000,), [1.0, 2.0**-24, 2.0**-24][distributed.get_rank()])
distributed.all_reduce(values)
Path(sys.argv[1], f"sums{sys.argv[2]}").write_text(str([values.unique().tolist(), values.tolist().index(1.0)]))
distributed.destroy_process_group()
PY
for rank in 0 1 2; do
  OMP_NUM_THREADS=1 "$work/venv/bin/python" "$work/ranks.py" "$work" "$rank" 2>"$work/log$rank" &
done
wait
"$work/venv/bin/python" - "$work" <<'PY'
import sys
from pathlib import Path

import torch

print(f"torch {torch.__version__}, gloo; 1,000 times 1 on rank 0, 1,000 times 2^-24 on ranks 1 and 2")
texts = [Path(sys.argv[1], f"sums{rank}").read_text() for rank in range(3)]
print("\n".join(f"rank {rank}: distinct sums and the first place of 1.0: {text}" for rank, text in enumerate(texts)))
same = len(set(texts)) == 1
sys.exit(None if same and "[1.0, 1.0000001192092896]" in texts[0] else "the behaviour has changed")
PY
