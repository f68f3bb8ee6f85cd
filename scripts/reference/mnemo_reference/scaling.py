"""Linear scaling of columns, kept inside a model, and how it is fitted."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn


class ColumnScaling(nn.Module):
    """The scaled value is (value - offset) / scale."""

    offset: Tensor
    scale: Tensor

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.register_buffer("offset", torch.zeros(columns))
        self.register_buffer("scale", torch.ones(columns))

    def set(self, offset: np.ndarray, scale: np.ndarray) -> None:
        self.offset.copy_(torch.from_numpy(offset))
        self.scale.copy_(torch.from_numpy(scale))

    def scaled(self, values: Tensor) -> Tensor:
        return (values - self.offset) / self.scale

    def unscaled(self, values: Tensor) -> Tensor:
        return values * self.scale + self.offset


def fit_scaling(values: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """values (rows, columns) -> offset and scale of each column. A column that is constant keeps the scale 1."""
    values = values.astype(np.float64)
    if kind == "none":
        return np.zeros(values.shape[1]), np.ones(values.shape[1])
    if kind == "standard":
        offset, scale = values.mean(0), values.std(0)
    elif kind == "minmax":
        offset, scale = values.min(0), values.max(0) - values.min(0)
    else:
        raise ValueError(f"scaler '{kind}'; expected standard, minmax or none")
    noise = 1e-12 * np.maximum(1e-300, np.abs(offset))
    return offset, np.where(scale > noise, scale, 1.0)
