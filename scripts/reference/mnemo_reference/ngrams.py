"""The n-gram part of a text classifier: mnemo's NgramScorer, for what mnemo has trained."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

# 2^64 / golden ratio, as a signed number: products of int64 tensors wrap around.
FACTOR = 0x9E3779B97F4A7C15 - (1 << 64)


class NgramScorer(nn.Module):
    """`keys` (K) ascend; `weight` (K + 1, C), whose last row is that of all other n-grams, zeros."""

    def __init__(self, longest: int, count: int, outputs: int) -> None:
        super().__init__()
        self.longest = longest
        self.register_buffer("keys", torch.zeros(count, dtype=torch.int64))
        self.register_buffer("weight", torch.zeros(count + 1, outputs))

    def forward(self, tokens: Tensor, lengths: Tensor | None = None) -> Tensor:
        """tokens (B, T), lengths (B), or None: all T -> (B, C): the weights of the n-grams that a text holds, each
        counted once."""
        unknown = self.keys.shape[0]
        ends = tokens.shape[1] if lengths is None else lengths.unsqueeze(1)
        all_places = []
        for n, keys in enumerate(ngram_keys(tokens, self.longest)):
            places = torch.searchsorted(self.keys, keys).clamp(max=unknown - 1)
            first = torch.arange(tokens.shape[1], device=tokens.device)
            known = (self.keys[places] == keys) & (first < ends - n)
            all_places.append(places.masked_fill(~known, unknown))
        places = torch.cat(all_places, 1).sort(1).values  # (B, n T): the same ones side by side
        repeated = places[:, 1:] == places[:, :-1]
        places = torch.cat([places[:, :1], places[:, 1:].masked_fill(repeated, unknown)], 1)
        return functional.embedding(places, self.weight).sum(1)


def ngram_keys(tokens: Tensor, longest: int) -> list[Tensor]:
    """Of n-grams of 1, 2, ... tokens: the keys (B, T) of those that begin at each token. The last ones of a row go on
    with zeros behind its end."""
    steps = tokens.shape[1]
    longer = functional.pad(tokens, (0, longest - 1))
    keys, found = torch.zeros_like(tokens), []
    for n in range(longest):
        keys = (keys + longer[:, n : n + steps] + 1) * FACTOR
        found.append(keys)
    return found
