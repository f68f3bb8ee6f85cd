"""mnemo's forecasters as a good PyTorch user writes them, in stock modules. The parameters carry the names that mnemo
gives them in weights.safetensors."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class SegmentForecaster(nn.Module):
    """SegRNN (Lin et al. 2023) with an LSTM: every column forecast by the same weights."""

    def __init__(self, *, columns: int, lookback: int, horizon: int, segment: int, hidden_size: int, dropout: float):
        super().__init__()
        if lookback % segment:
            raise ValueError("this reference takes look-backs of whole segments")
        self.columns, self.horizon, self.segment = columns, horizon, segment
        self.ahead = -(-horizon // segment)  # segments to forecast
        half = hidden_size // 2
        self.projection = nn.Linear(segment, hidden_size)
        self.encoder = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.position_embedding = nn.Parameter(torch.randn(self.ahead, half))
        self.target_embedding = nn.Parameter(torch.randn(columns, hidden_size - half))
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(hidden_size, segment)

    def forward(self, history: torch.Tensor) -> torch.Tensor:
        """history (B, L, C) -> (B, horizon, C)"""
        batch = history.shape[0]
        last = history[:, -1:]
        own = (history - last).transpose(1, 2).reshape(batch * self.columns, -1, self.segment)
        _, (hidden, cell) = self.encoder(torch.relu(self.projection(own)))
        ahead = torch.cat(
            (
                self.position_embedding.unsqueeze(0).expand(self.columns, -1, -1),
                self.target_embedding.unsqueeze(1).expand(-1, self.ahead, -1),
            ),
            dim=2,
        )
        ahead = ahead.repeat(batch, 1, 1).view(-1, 1, ahead.shape[2])  # (B C m, 1, H)
        state = tuple(of.repeat_interleave(self.ahead, dim=1) for of in (hidden, cell))
        decoded, _ = self.encoder(ahead, state)
        result = self.dense(self.dropout(decoded)).view(batch, self.columns, -1)
        return result[:, :, : self.horizon].transpose(1, 2) + last


class StackedForecaster(nn.Module):
    """The article's: LSTM layers of different sizes, the last state, dense."""

    def __init__(self, *, columns: int, lookback: int, horizon: int, hidden_sizes: list[int], dropout: float):
        super().__init__()
        self.columns, self.horizon = columns, horizon
        sizes = [columns, *hidden_sizes]
        self.stack = nn.ModuleList(nn.LSTM(a, b, batch_first=True) for a, b in zip(sizes, sizes[1:]))
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(hidden_sizes[-1], horizon * columns)

    def forward(self, history: torch.Tensor) -> torch.Tensor:
        steps = history
        for layer in self.stack:
            steps, _ = layer(steps)
        return self.dense(self.dropout(steps[:, -1])).view(-1, self.horizon, self.columns)


def make_forecaster(model: dict[str, Any]) -> nn.Module:
    return StackedForecaster(**model) if "hidden_sizes" in model else SegmentForecaster(**model)
