"""A Transformer encoder over sequences of unequal lengths: torch.nn.TransformerEncoder, pre-norm, with positions and,
where the input has another size, a projection before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .encoder import Encoded, last_steps, padding_mask

LONGEST_WAVELENGTH = 10000.0  # over 2 pi
POSITION_STD = 0.02  # of learned positions at the start


@dataclass(frozen=True)
class TransformerOptions:
    input_size: int
    hidden_size: int
    layers: int
    bidirectional: bool  # a step sees all steps; else only itself and those before it
    dropout: float
    heads: int
    feedforward_size: int  # 0: 4 * hidden_size
    positions: str  # sinusoidal or learned
    longest: int  # rows of learned positions
    input_scale: float = 1.0


class TransformerEncoder(nn.TransformerEncoder):
    def __init__(self, options: TransformerOptions) -> None:
        size = options.hidden_size
        layer = nn.TransformerEncoderLayer(
            size, options.heads, options.feedforward_size or 4 * size, options.dropout, "gelu",
            batch_first=True, norm_first=True,
        )  # fmt: skip
        super().__init__(layer, options.layers, nn.LayerNorm(size), enable_nested_tensor=False)
        for own in self.layers:  # the class makes copies of one layer
            own.self_attn._reset_parameters()
            for module in (own.linear1, own.linear2, own.self_attn.out_proj):
                module.reset_parameters()
            nn.init.zeros_(own.self_attn.out_proj.bias)
        self.options = options
        self.output_size = size
        self.positions = None
        if options.positions == "learned":
            self.positions = nn.Parameter(POSITION_STD * torch.randn(options.longest, size))
        self.input_projection = nn.Linear(options.input_size, size) if options.input_size != size else None
        exponents = torch.arange(0, size, 2, dtype=torch.float64) * (-1.0 / size)
        self.register_buffer("frequencies", torch.pow(LONGEST_WAVELENGTH, exponents).float(), persistent=False)

    def forward(self, steps: Tensor, lengths: Tensor | None = None) -> Encoded:
        """steps (B, T, F); lengths (B), or None: all sequences have T steps."""
        values = self.encode(steps, lengths)
        return Encoded(values, values[:, -1] if lengths is None else last_steps(values, lengths))

    def encode(self, steps: Tensor, lengths: Tensor | None) -> Tensor:
        """(B, T, D), the last layer's output at every step"""
        padding = None if lengths is None else padding_mask(lengths, steps.shape[1])  # (B, T)
        if padding is not None:  # it may hold what is no number
            steps = steps.masked_fill(padding.unsqueeze(2), 0.0)
        if self.input_projection is not None:
            steps = self.input_projection(steps)
        steps = steps * self.options.input_scale + self.place(steps.shape[1])
        if self.options.bidirectional:
            return super().forward(steps, src_key_padding_mask=padding, is_causal=False)
        # Padding comes after all that a step sees.
        later = torch.ones(steps.shape[1], steps.shape[1], dtype=torch.bool, device=steps.device).triu(1)
        return super().forward(steps, mask=later, is_causal=True)

    def place(self, steps: int) -> Tensor:
        """(T, D)"""
        if self.positions is not None:
            if steps > self.options.longest:
                raise ValueError(f"a sequence has {steps} steps, and learned positions end at {self.options.longest}")
            return self.positions[:steps]
        angles = torch.arange(steps, device=self.frequencies.device).unsqueeze(1) * self.frequencies
        return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)[:, : self.options.hidden_size]


def transformer_options(
    model: dict[str, Any], input_size: int, hidden_size: int, layers: int, longest: int,
    bidirectional: bool, input_scale: float = 1.0,
) -> TransformerOptions:  # fmt: skip
    """From the "model" of a run's settings."""
    return TransformerOptions(
        input_size, hidden_size, layers, bidirectional, model["layer_dropout"], model["attention_heads"],
        model["feedforward_size"], model["positions"], longest, input_scale,
    )  # fmt: skip


def stacked_options(
    model: dict[str, Any], input_size: int, longest: int, bidirectional: bool
) -> TransformerOptions:
    """Of models whose layers have sizes of their own, which are all equal here."""
    sizes = model["hidden_sizes"]
    if len(set(sizes)) > 1:
        raise ValueError(f"hidden-sizes {sizes}: all layers of a transformer have one size")
    return transformer_options(model, input_size, sizes[0], len(sizes), longest, bidirectional)
