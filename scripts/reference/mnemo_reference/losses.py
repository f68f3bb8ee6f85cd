"""mnemo's losses: what each returns is the mean over the batch's samples; `reduction="sum"` gives their sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

Reduction = Literal["mean", "sum"]


def cross_entropy(logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """logits (B, C), or (B, 1) for two classes; targets (B) class numbers."""
    if logits.shape[1] > 1:
        return functional.cross_entropy(logits, targets, reduction=reduction)
    return functional.binary_cross_entropy_with_logits(logits.squeeze(1), targets.to(logits.dtype), reduction=reduction)


@dataclass(frozen=True)
class ClassLoss:
    """Cross-entropy to train with: the sum of functional.cross_entropy's terms, over the number of samples."""

    label_smoothing: float = 0.0
    weights: Tensor | None = None  # (C)

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        if self.label_smoothing == 0.0 and self.weights is None:
            return cross_entropy(logits, targets)
        both = logits if logits.shape[1] > 1 else torch.cat([torch.zeros_like(logits), logits], 1)
        total = functional.cross_entropy(both, targets, self.weights, reduction="sum",
                                         label_smoothing=self.label_smoothing)  # fmt: skip
        return total / len(targets)


@dataclass(frozen=True)
class LabelLoss:
    """Of labels of which a sample may have any number: the mean over them of their binary cross-entropy."""

    label_smoothing: float = 0.0
    weights: Tensor | None = None  # (2, C), of samples without and with each label

    def __call__(self, logits: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
        """Both (B, C)."""
        soft = targets * (1.0 - self.label_smoothing) + self.label_smoothing / 2.0
        if self.weights is None:
            return over_samples(functional.binary_cross_entropy_with_logits(logits, soft), len(targets), reduction)
        without, having = self.weights
        loss = functional.binary_cross_entropy_with_logits(logits, soft, without, pos_weight=having / without)
        return over_samples(loss, len(targets), reduction)


def balanced_label_weights(targets: Tensor) -> Tensor:
    """(2, C) for LabelLoss: samples with a label weigh as much as those without. targets (N, C) of 0 and 1."""
    having = targets.double().sum(0)
    counts = torch.stack([len(targets) - having, having])
    return torch.where(counts > 0, len(targets) / (2 * counts), 0.0).float()


def balanced_weights(labels: Tensor, classes: int) -> Tensor:
    """(C): all classes weigh alike. labels (N): the class numbers of the training samples."""
    counts = labels.bincount(minlength=classes).double()
    return torch.where(counts > 0, len(labels) / (classes * counts), 0.0).float()


def squared_error(outputs: Tensor, targets: Tensor, reduction: Reduction = "mean") -> Tensor:
    """Of numbers of series, (B, K), scaled."""
    return over_samples(functional.mse_loss(outputs, targets), len(targets), reduction)


def forecast_loss(forecast: Tensor, targets: Tensor, kind: str, reduction: Reduction = "mean") -> Tensor:
    """Both (B, horizon, K), scaled; kind: mse, mae, or huber, which changes from square to line at 1."""
    losses = {"mse": functional.mse_loss, "mae": functional.l1_loss, "huber": functional.huber_loss}
    return over_samples(losses[kind](forecast, targets), len(targets), reduction)


def pinball_loss(forecast: Tensor, targets: Tensor, quantiles: list[float], reduction: Reduction = "mean") -> Tensor:
    """forecast (B, horizon, K, Q), targets (B, horizon, K): the mean over the quantiles, too."""
    levels = torch.tensor(quantiles, dtype=forecast.dtype, device=forecast.device)
    error = targets.unsqueeze(3) - forecast
    return over_samples(torch.maximum(levels * error, (levels - 1.0) * error).mean(), len(targets), reduction)


def over_samples(mean: Tensor, samples: int, reduction: Reduction) -> Tensor:
    """All samples have as many numbers, so the mean over all is the mean over samples."""
    return mean if reduction == "mean" else mean * samples


def all_labels_correct(logits: Tensor, targets: Tensor) -> float:
    """How many of the batch have all their labels right, and no other."""
    return logits.gt(0).eq(targets.gt(0.5)).all(1).sum().item()


def correct(logits: Tensor, targets: Tensor) -> float:
    """How many of the batch have the right class."""
    predicted = logits.squeeze(1).gt(0).long() if logits.shape[1] == 1 else logits.argmax(1)
    return predicted.eq(targets).sum().item()
