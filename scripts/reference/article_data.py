"""What the four article programs share: reading the sample data's formats, and asking for TensorFlow."""

from __future__ import annotations

import csv
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np

SAMPLE = Path(__file__).resolve().parents[2] / "datasets" / "sample"


@dataclass
class SeriesData:
    """Labelled numeric series, padded on the right with `padding` to the longest."""

    values: np.ndarray  # (S, T, F) float32
    lengths: np.ndarray  # (S) int64
    labels: np.ndarray  # (S) int64, numbers of classes
    classes: list[str]


def require_file(path: Path) -> None:
    if not path.is_file():
        sys.exit(f"{Path(sys.argv[0]).name}: {path}: no such file")


def read_ts(path: Path, classes: list[str] | None = None, padding: float = 0.0) -> SeriesData:
    """A .ts file of the UEA/UCR archive, without missing values: `a,b,...:c,d,...:label` a series, a part a feature.
    `classes` of the training file give a test file the same numbers."""
    require_file(path)
    _, found, data = path.read_text(encoding="utf-8").partition("@data")
    if not found:
        sys.exit(f"{Path(sys.argv[0]).name}: {path}: no .ts file: it has no @data")
    lines = data.split("\n")[1:]
    parts = [line.split(":") for line in lines if line.strip()]
    series = [np.array([feature.split(",") for feature in part[:-1]], dtype=np.float32).T for part in parts]
    names = [part[-1].strip() for part in parts]
    classes = classes or sorted(set(names))
    lengths = np.array([len(one) for one in series])
    values = np.full((len(series), lengths.max(), series[0].shape[1]), padding, dtype=np.float32)
    for row, one in zip(values, series):
        row[: len(one)] = one
    return SeriesData(values, lengths, np.array([classes.index(name) for name in names]), classes)


def read_texts(path: Path) -> tuple[list[str], list[str]]:
    """Texts and labels of a CSV file with the columns `label` and `text`."""
    require_file(path)
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def read_column(path: Path, name: str) -> np.ndarray:
    """A column of numbers, (rows) float32, of a CSV file."""
    require_file(path)
    with open(path, newline="", encoding="utf-8") as file:
        return np.array([row[name] for row in csv.DictReader(file)], dtype=np.float32)


def load_keras(seed: int) -> ModuleType:
    """Keras on TensorFlow, as the articles have it; without them the program ends with exit code 2."""
    missing = [name for name in ("keras", "tensorflow") if find_spec(name) is None]
    if missing:
        print(f"{Path(sys.argv[0]).name}: needs Keras with TensorFlow, and here is no {' and no '.join(missing)}: "
              f"pip install -r scripts/benchmark/requirements-keras.txt", file=sys.stderr)  # fmt: skip
        sys.exit(2)
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # not a line for every feature of the processor
    import keras

    keras.utils.set_random_seed(seed)
    return keras
