"""Model of whole numeric series, classes or numbers: scaling -> recurrent layers or transformer -> pooling -> norm ->
dropout -> dense, and a linear map of all scaled steps, which is added to the answer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .encoder import RecurrentStack, encoder_options, padding_mask
from .norms import make_norm, normalized
from .pooling import SequencePooling
from .scaling import ColumnScaling
from .transformer import TransformerEncoder, stacked_options

LEAST_SERIES_VARIANCE = 1e-5


class LinearPart(nn.Module):
    """Fitted by mnemo, before the layers learn."""

    def __init__(self, steps: int, features: int, outputs: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(outputs, steps, features))
        self.register_buffer("bias", torch.zeros(outputs))

    def forward(self, steps: Tensor, lengths: Tensor | None) -> Tensor:
        """steps (B, T, F), padded on the right -> (B, outputs). Steps that a series lacks count as 0, and those beyond
        the weight's are not read."""
        if lengths is not None:
            steps = steps.masked_fill(padding_mask(lengths, steps.shape[1]).unsqueeze(2), 0.0)
        weight = functional.pad(self.weight, (0, 0, 0, 1))  # a last step of zeros
        rows = torch.arange(steps.shape[1], device=steps.device).clamp(max=self.weight.shape[1])
        return functional.linear(steps.flatten(1), weight[:, rows].flatten(1), self.bias)


class SeriesModel(nn.Module):
    def __init__(self, model: dict[str, Any], features: int, outputs: int) -> None:
        """`model` holds mnemo's names and values, as a run's meta.json has them under "settings", "model"."""
        super().__init__()
        self.z_normalize = model["z_normalize"]
        self.step_dropout = model["step_dropout"]
        self.dropout = model["dropout"]
        self.feature_scaling = ColumnScaling(features)
        self.target_scaling = ColumnScaling(outputs)
        self.encoder = make_encoder(model, features)
        self.pooling = SequencePooling(model["pooling"], model["heads"], self.encoder.output_size)
        pooled = self.encoder.output_size * len(model["pooling"])
        self.norm = model["norm"]
        self.add_module(f"{self.norm}_norm", make_norm(self.norm, pooled))
        self.dense = nn.Linear(pooled, outputs)
        linear_steps = model.get("linear_steps", 0)
        self.linear = LinearPart(linear_steps, features, outputs) if linear_steps else None

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> SeriesModel:
        outputs = settings["labels"] if settings["target_kind"] == "class" else settings["target_scaling"]
        return cls(settings["model"], len(settings["features"]), len(outputs))

    def forward(self, values: Tensor, lengths: Tensor | None = None) -> Tensor:
        """values (B, T, F) in the data's units, padded on the right; lengths (B), or None: all T -> (B, outputs):
        logits, or scaled numbers."""
        steps = self.feature_scaling.scaled(values)
        if self.z_normalize:
            steps = z_normalized(steps, lengths)
        hidden = self.encoder(self.hide_steps(steps), lengths)
        pooled = normalized(getattr(self, f"{self.norm}_norm"), self.pooling(hidden, lengths))
        answer = self.dense(functional.dropout(pooled, self.dropout, self.training))
        return answer if self.linear is None else answer + self.linear(steps, lengths)

    def numbers(self, values: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(B, outputs) in the targets' units."""
        return self.target_scaling.unscaled(self(values, lengths))

    def hide_steps(self, steps: Tensor) -> Tensor:
        """Dropout of whole steps."""
        if not self.training or self.step_dropout == 0.0:
            return steps
        kept = steps.new_ones(steps.shape[:2]).unsqueeze(2)  # (B, T, 1)
        return steps * functional.dropout(kept, self.step_dropout)


def make_encoder(model: dict[str, Any], features: int) -> RecurrentStack | TransformerEncoder:
    if model["cell"] == "transformer":
        return TransformerEncoder(stacked_options(model, features, model["longest"], model["bidirectional"]))
    return RecurrentStack(encoder_options(model, features), model["hidden_sizes"])


def z_normalized(steps: Tensor, lengths: Tensor | None) -> Tensor:
    """Each series' features by their own mean and deviation over its steps; padding becomes 0."""
    if lengths is None:
        lengths = torch.full((steps.shape[0],), steps.shape[1], device=steps.device)
    padding = padding_mask(lengths, steps.shape[1]).unsqueeze(2)  # (B, T, 1)
    count = lengths.view(-1, 1, 1)
    mean = steps.masked_fill(padding, 0.0).sum(1, keepdim=True) / count
    centred = (steps - mean).masked_fill(padding, 0.0)
    variance = centred.square().sum(1, keepdim=True) / count
    return centred / (variance + LEAST_SERIES_VARIANCE).sqrt()
