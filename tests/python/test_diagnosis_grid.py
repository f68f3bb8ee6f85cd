"""What --diagnose says first of trainings that were broken on purpose: a few of those of scripts/diagnosis_grid.py."""

from __future__ import annotations

import subprocess
import sys

from mnemo_program import BINARY, REPO, SAMPLE

WAYS = ["as it should be", "rate 0.000001", "rate 1", "20 rows"]


def test_first_verdicts_name_the_cause(tmp_path):
    command = [
        sys.executable, REPO / "scripts" / "diagnosis_grid.py", "text", SAMPLE / "reviews_train.csv", "--out", tmp_path,
        "--mnemo", BINARY, "--ways", "|".join(WAYS), "--least", "1", "--set", "epochs=4", "vocab-size=1000",
        "embedding-dim=16", "hidden-size=16", "embedding-dropout=0.1", "dropout=0.2", "learning-rate=0.01",
    ]  # fmt: skip
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 of 4 first verdicts name the cause (100%)" in done.stdout
    for line in ("| rate 1 | learning rate too high | ", "| 20 rows | too few samples | "):
        assert line in done.stdout
