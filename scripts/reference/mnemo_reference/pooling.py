"""From all hidden states of a sequence to one vector: attention, last state, mean, maximum, or several side by side."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .encoder import Encoded, padding_mask


class SequencePooling(nn.Module):
    def __init__(self, kinds: list[str], heads: int, size: int) -> None:
        super().__init__()
        self.kinds = list(kinds)
        if "attention" in self.kinds:
            self.attention = nn.MultiheadAttention(size, heads, batch_first=True)

    def forward(self, encoded: Encoded, lengths: Tensor | None = None) -> Tensor:
        """-> (B, kinds * D), the kinds in their order. Without lengths all sequences are of full length."""
        steps = encoded.values.shape[1]
        padding = None if lengths is None else padding_mask(lengths, steps)  # (B, T)
        return torch.cat([self.pooled(kind, encoded, lengths, padding) for kind in self.kinds], 1)

    def pooled(self, kind: str, encoded: Encoded, lengths: Tensor | None, padding: Tensor | None) -> Tensor:
        values, final = encoded
        if kind == "last":
            return final
        if kind == "attention":  # one query a sequence: the final state
            query = final.unsqueeze(1)  # (B, 1, D)
            return self.attention(query, values, values, key_padding_mask=padding, need_weights=False)[0].squeeze(1)
        if kind == "max":
            return (values if padding is None else values.masked_fill(padding.unsqueeze(2), -torch.inf)).amax(1)
        if kind == "mean":
            if lengths is None or padding is None:
                return values.mean(1)
            return values.masked_fill(padding.unsqueeze(2), 0.0).sum(1) / lengths.unsqueeze(1)
        raise ValueError(f"pooling '{kind}'; expected attention, last, mean or max")
