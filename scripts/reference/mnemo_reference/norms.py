"""Batch norm and layer norm of features, where mnemo's models have them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

Norm = nn.BatchNorm1d | nn.LayerNorm


def make_norm(kind: str, size: int, eps: float = 1e-5, momentum: float = 0.1) -> Norm | None:
    """`eps` and `momentum` are batch norm's."""
    if kind == "batch":
        return nn.BatchNorm1d(size, eps=eps, momentum=momentum)
    if kind == "layer":
        return nn.LayerNorm(size)
    if kind != "none":
        raise ValueError(f"norm '{kind}'; expected none, batch or layer")
    return None


def batch_normalized(norm: nn.BatchNorm1d, features: Tensor) -> Tensor:
    """One sample has no variance: in training such a batch is normalised by the running statistics."""
    if not norm.training or features.shape[0] > 1:
        return norm(features)
    return nn.functional.batch_norm(
        features, norm.running_mean, norm.running_var, norm.weight, norm.bias, eps=norm.eps
    )


def normalized(norm: Norm | None, features: Tensor) -> Tensor:
    """(B, D) -> (B, D)"""
    if norm is None:
        return features
    return batch_normalized(norm, features) if isinstance(norm, nn.BatchNorm1d) else norm(features)


def normalized_steps(norm: Norm | None, steps: Tensor, padding: Tensor | None) -> Tensor:
    """(B, T, D) -> (B, T, D). Padding, where `padding` (B, T) is true, has no part in a batch's statistics."""
    if not isinstance(norm, nn.BatchNorm1d):
        return normalized(norm, steps)
    if padding is None or not norm.training:
        return batch_normalized(norm, steps.flatten(0, 1)).view_as(steps)
    result = torch.zeros_like(steps)
    result[~padding] = batch_normalized(norm, steps[~padding])
    return result
