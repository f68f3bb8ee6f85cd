"""scripts/reference/compare.py: the two agree, and it says so when they do not."""

import subprocess
import sys

import numpy as np
import pytest
from mnemo_program import BINARY, REPO

sys.path.append(str(REPO / "scripts" / "reference"))
import compare  # noqa: E402
from mnemo_reference.processes import Measured  # noqa: E402


@pytest.mark.parametrize("task", ["text", "series", "forecast"])
@pytest.mark.parametrize("cell", ["lstm", "transformer"])
def test_mnemo_and_the_reference_train_alike(task, cell):
    command = [sys.executable, str(REPO / "scripts" / "reference" / "compare.py"), task, "--mnemo", BINARY]
    # Seed 1 makes a maximum over the Transformer's steps a tie but for the last bit, so that rounding decides which
    # step learns; RMSprop, whose first steps go by signs alone, makes 1e-3 of that. Seed 3 agrees to 1e-8.
    rule = ["optimizer=rmsprop", "learning-rate=0.001", "seed=3"]
    small = {
        "text": ["hidden-size=16", "vocab-size=500", "max-length=40", "schedule=cosine", "warmup-steps=3"],
        "series": ["batch-size=8", "schedule=plateau", *rule],
        "forecast": ["batch-size=8", "schedule=step", "decay-epochs=1"],
    }[task]
    command += ["--epochs=2", "--threads=1", "--set", f"cell={cell}", *small]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "TOO LARGE" not in done.stdout
    for row in ("first epoch, train loss, relative", "peak memory, MiB", "seconds, whole process"):
        assert row in done.stdout


def outcome(**changes) -> compare.Outcome:
    epochs = [{"steps": 50, "train_loss": 0.7, "valid_loss": 0.6, "gradient_norm": 2.0},
              {"steps": 50, "train_loss": 0.5, "valid_loss": 0.55, "gradient_norm": 1.5}]  # fmt: skip
    values = {"name": "x", "history": epochs, "weights": {"w": np.ones(2)}, "test": {"loss": 0.5, "accuracy": 0.8},
              "process": Measured("", 1.0, 100.0)}  # fmt: skip
    return compare.Outcome(**(values | changes))


def too_large(other: compare.Outcome) -> list[str]:
    return [one.stage for one in compare.differences(outcome(), other) if not one.is_small]


def test_differences_beyond_rounding_are_told():
    assert too_large(outcome()) == []
    first = {"steps": 50, "train_loss": 0.7002, "valid_loss": 0.6, "gradient_norm": 2.0}
    assert too_large(outcome(history=[first, outcome().history[1]])) == ["first epoch, train loss, relative"]
    long = first | {"steps": 1000}  # over which more rounding adds up
    assert too_large(outcome(history=[long, outcome().history[1]])) == []
    assert too_large(outcome(history=outcome().history[:1])) == ["number of epochs"]
    assert too_large(outcome(test={"loss": float("nan"), "accuracy": 0.77})) == [
        "test loss, relative",
        "test accuracy, absolute",
    ]
    with pytest.raises(RuntimeError, match="names differ"):
        too_large(outcome(weights={"v": np.ones(2)}))
