"""Labelled series for the reference programs, from .ts files and NumPy arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class LabelledSeries:
    values: list[Tensor]  # of each series (T, F)
    targets: list[str]  # of each series its label or number

    @property
    def lengths(self) -> list[int]:
        return [len(series) for series in self.values]

    @property
    def features(self) -> list[str]:
        return [str(number) for number in range(1, self.values[0].shape[1] + 1)]


def read_series(path: Path, labels: Path | None = None) -> LabelledSeries:
    series = read_npy(path, labels) if path.suffix == ".npy" else read_ts(path)
    if any(one.isnan().any() for one in series.values):
        raise ValueError(f"{path}: values are missing, which these programs do not fill in")
    return series


def read_ts(path: Path) -> LabelledSeries:
    """Lines `values:values:target`, the dimensions divided by colons, below a header of tags and "@data"."""
    values: list[Tensor] = []
    targets: list[str] = []
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        line = line.strip()
        if not line or line[0] in "#@":
            continue
        *dimensions, target = line.split(":")
        columns = [np.array(column.replace("?", "nan").split(","), dtype=np.float32) for column in dimensions]
        values.append(torch.from_numpy(np.stack(columns, axis=1)))
        targets.append(target.strip())
    return LabelledSeries(values, targets)


def read_npy(path: Path, labels: Path | None) -> LabelledSeries:
    """An array (series, steps, features), or (series, steps) of one feature, and one of labels or numbers."""
    if labels is None:
        raise ValueError(f"{path}: name the array of its labels or numbers, too")
    array = np.load(path).astype(np.float32)
    array = array[:, :, None] if array.ndim == 2 else array
    return LabelledSeries([torch.from_numpy(one) for one in array], [str(target) for target in np.load(labels).ravel()])
