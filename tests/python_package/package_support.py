"""Where the package, the program and the sample data are, and small trainings for the tests."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
SAMPLE = REPO / "datasets" / "sample"
BINARY = Path(os.environ.get("MNEMO_BINARY", REPO / "build" / "release" / "mnemo")).resolve()
PACKAGE = BINARY.parent / "python"  # what the build made: see python/CMakeLists.txt

SMALL_TEXT: dict[str, Any] = {
    "epochs": 2,
    "learning_rate": 0.02,
    "dropout": 0.2,
    "embedding_dropout": 0,
    "vocab_size": 500,
    "embedding_dim": 8,
    "hidden_size": 8,
    "threads": 1,
    "precision": "fp32",
}
SMALL_SERIES: dict[str, Any] = {"epochs": 2, "hidden_sizes": [8], "threads": 1}
SMALL_FORECAST: dict[str, Any] = {
    "epochs": 2,
    "hidden_size": 8,
    "horizon": 6,
    "lookback": 24,
    "threads": 1,
    "precision": "fp32",
}


def run_mnemo(*arguments: object) -> str:
    result = subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def run_python(code: str) -> str:
    """What a Python of its own prints, that has the package."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stderr
    return result.stdout


def as_options(settings: dict[str, Any]) -> list[str]:
    """Settings as words of the command line."""
    joined = {
        name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in settings.items()
    }
    return [f"--{name.replace('_', '-')}={value}" for name, value in joined.items()]


def weights(run: Path) -> bytes:
    return (Path(run) / "weights.safetensors").read_bytes()


def read_reviews(part: str = "train") -> tuple[list[str], list[str]]:
    with open(SAMPLE / f"reviews_{part}.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]
