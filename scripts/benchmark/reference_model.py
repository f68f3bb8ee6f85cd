"""mnemo's text classifier as a good PyTorch user writes it, in stock modules. The parameters carry the names that
mnemo gives them in weights.safetensors.

    embedding -> dropout -> LSTM -> pooling -> dropout -> batch norm -> dense
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

Encoding = Literal["padded", "packed"]


@dataclass(frozen=True)
class ModelOptions:
    """The article's model; mnemo's own field names."""

    vocab_size: int = 10_000
    embedding_dim: int = 128
    hidden_size: int = 256
    layers: int = 1
    bidirectional: bool = False
    pooling: tuple[str, ...] = ("attention",)
    heads: int = 4
    word_dropout: float = 0.0
    embedding_dropout: float = 0.0
    dropout: float = 0.5
    batch_norm: bool = True

    @classmethod
    def of(cls, values: dict[str, Any]) -> ModelOptions:
        known = {field.name for field in dataclasses.fields(cls)}
        options = cls(**{name: value for name, value in values.items() if name in known})
        return dataclasses.replace(options, pooling=tuple(options.pooling))


class TextClassifier(nn.Module):
    def __init__(self, options: ModelOptions, encoding: Encoding = "padded") -> None:
        super().__init__()
        if options.bidirectional and options.layers != 1:
            raise ValueError("this reference reads in both directions in one layer only")
        self.options = options
        self.encoding = encoding
        encoded = options.hidden_size * (2 if options.bidirectional else 1)
        pooled = encoded * len(options.pooling)
        self.embedding = nn.Embedding(options.vocab_size, options.embedding_dim, padding_idx=0)
        self.encoder = nn.LSTM(
            options.embedding_dim, options.hidden_size, options.layers,
            batch_first=True, bidirectional=options.bidirectional,
        )  # fmt: skip
        self.pooling = nn.ModuleDict()
        if "attention" in options.pooling:
            self.pooling["attention"] = nn.MultiheadAttention(encoded, options.heads, batch_first=True)
        if options.batch_norm:
            self.batch_norm = nn.BatchNorm1d(pooled)
        self.dense = nn.Linear(pooled, 1)

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """tokens (B, T), padded on the right with 0; lengths (B), descending, or None: all T -> logits (B)."""
        embedded = self.hide_words(self.embedding(tokens))  # (B, T, E)
        embedded = nn.functional.dropout(embedded, self.options.embedding_dropout, self.training)
        if lengths is None:
            memory, (hidden, _) = self.encoder(embedded)
            final, padding = hidden[-self.directions :].transpose(0, 1).flatten(1), None
        else:
            memory, final = self.encode(embedded, lengths)  # (B, T, D), (B, D)
            padding = torch.arange(memory.shape[1]).unsqueeze(0) >= lengths.unsqueeze(1)  # (B, T)
        parts = [self.pool(kind, memory, final, padding, lengths) for kind in self.options.pooling]
        features = nn.functional.dropout(torch.cat(parts, 1), self.options.dropout, self.training)
        return self.dense(self.normalize(features)).squeeze(1)

    def normalize(self, features: torch.Tensor) -> torch.Tensor:
        if not self.options.batch_norm:
            return features
        if not self.training or len(features) > 1:
            return self.batch_norm(features)
        # One sample has no variance: as in mnemo, it is normalised by the running statistics.
        norm = self.batch_norm
        return nn.functional.batch_norm(features, norm.running_mean, norm.running_var, norm.weight, norm.bias)

    @property
    def directions(self) -> int:
        return 2 if self.options.bidirectional else 1

    def hide_words(self, embedded: torch.Tensor) -> torch.Tensor:
        if not self.training or self.options.word_dropout == 0.0:
            return embedded
        kept = torch.ones(embedded.shape[:2] + (1,))
        return embedded * nn.functional.dropout(kept, self.options.word_dropout)

    def encode(self, embedded: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if self.encoding == "packed":
            packed = pack_padded_sequence(embedded, lengths, batch_first=True)
            output, (hidden, _) = self.encoder(packed)
            memory, _ = pad_packed_sequence(output, batch_first=True)
            return memory, hidden[-self.directions :].transpose(0, 1).flatten(1)
        rows = torch.arange(len(lengths))
        if not self.options.bidirectional:
            memory, _ = self.encoder(embedded)
            return memory, memory[rows, lengths - 1]
        # Right padding must not reach the reverse direction, so each sequence is reversed within its length.
        steps = torch.arange(embedded.shape[1]).unsqueeze(0)  # (1, T)
        mirrored = torch.where(steps < lengths.unsqueeze(1), lengths.unsqueeze(1) - 1 - steps, steps)  # (B, T)
        forward = self.one_direction(embedded, 0)
        backward = self.one_direction(embedded[rows.unsqueeze(1), mirrored], 1)
        memory = torch.cat([forward, backward[rows.unsqueeze(1), mirrored]], 2)
        final = torch.cat([forward[rows, lengths - 1], backward[rows, lengths - 1]], 1)
        return memory, final

    def one_direction(self, embedded: torch.Tensor, direction: int) -> torch.Tensor:
        """One direction of the encoder's only layer, as nn.LSTM itself calls it: (B, T, E) -> (B, T, H)."""
        weights = tuple(self.encoder.parameters())[4 * direction : 4 * direction + 4]
        zeros = embedded.new_zeros(1, embedded.shape[0], self.options.hidden_size)
        output, _, _ = torch.lstm(
            embedded, (zeros, zeros), weights,
            has_biases=True, num_layers=1, dropout=0.0, train=self.training, bidirectional=False, batch_first=True,
        )  # fmt: skip
        return output

    def pool(
        self, kind: str, memory: torch.Tensor, final: torch.Tensor,
        padding: torch.Tensor | None, lengths: torch.Tensor | None,
    ) -> torch.Tensor:  # fmt: skip
        if kind == "last":
            return final
        if kind == "attention":
            attention = self.pooling["attention"]
            query = final.unsqueeze(1)
            return attention(query, memory, memory, key_padding_mask=padding, need_weights=False)[0].squeeze(1)
        if kind == "max":
            if padding is not None:
                memory = memory.masked_fill(padding.unsqueeze(2), -torch.inf)
            return memory.amax(1)
        if padding is None or lengths is None:
            return memory.mean(1)
        return memory.masked_fill(padding.unsqueeze(2), 0.0).sum(1) / lengths.unsqueeze(1)


def load_weights(model: TextClassifier, path: Path) -> None:
    from safetensors.torch import load_file

    model.load_state_dict(load_file(path), strict=False)
    missing = set(dict(model.named_parameters())) - set(load_file(path))
    if missing:
        raise ValueError(f"{path}: there are no weights for {', '.join(sorted(missing))}")


def export_onnx(model: TextClassifier, path: Path) -> None:
    """Inputs tokens (B, T) and lengths (B), descending; output logits (B). B and T are free."""
    inputs = {"tokens": torch.randint(1, model.options.vocab_size, (3, 20)), "lengths": torch.tensor([20, 15, 4])}
    export(model, path, inputs, {"tokens": {0: "batch", 1: "steps"}, "lengths": {0: "batch"}, "logits": {0: "batch"}})


def export_onnx_for_one_text(model: TextClassifier, path: Path, length: int) -> None:
    """Input tokens (1, length); output logits (1)."""
    export(model, path, {"tokens": torch.randint(1, model.options.vocab_size, (1, length))}, {})


def export(
    model: TextClassifier, path: Path, inputs: dict[str, torch.Tensor], free_axes: dict[str, dict[int, str]]
) -> None:
    model.eval()
    torch.onnx.export(
        model, tuple(inputs.values()), str(path), dynamo=False, opset_version=17,
        input_names=list(inputs), output_names=["logits"], dynamic_axes=free_axes,
    )  # fmt: skip
