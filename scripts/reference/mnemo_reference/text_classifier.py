"""Text classifier: embedding -> dropout -> recurrent layers or transformer -> pooling -> dropout -> norm -> dense; and
n-grams beside all of that."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .encoder import RecurrentEncoder, encoder_options
from .ngrams import NgramScorer
from .norms import make_norm, normalized
from .pooling import SequencePooling
from .scaling import ColumnScaling
from .transformer import TransformerEncoder, transformer_options


class TextClassifier(nn.Module):
    def __init__(self, model: dict[str, Any], classes: int, max_length: int = 0) -> None:
        """`model` holds mnemo's names and values, as a run's meta.json has them under "settings", "model"."""
        super().__init__()
        self.word_dropout = model["word_dropout"]
        self.embedding_dropout = model["embedding_dropout"]
        self.dropout = model["dropout"]
        self.embedding = nn.Embedding(model["vocab_size"], model["embedding_dim"], padding_idx=0)
        self.encoder = make_encoder(model, max_length)
        pooled = self.encoder.output_size * len(model["pooling"])
        self.pooling = SequencePooling(model["pooling"], model["heads"], self.encoder.output_size)
        self.norm = model["norm"]
        norm = make_norm(self.norm, pooled, model["batch_norm_eps"], model["batch_norm_momentum"])
        self.add_module(f"{self.norm}_norm", norm)
        self.answer = model.get("answer", "classes")
        logits = 1 if self.answer == "classes" and classes == 2 else classes
        self.dense = nn.Linear(pooled, logits)
        ngrams = model.get("ngrams", 0)
        self.ngrams = NgramScorer(ngrams, model["ngram_count"], logits) if ngrams else None
        self.target_scaling = ColumnScaling(classes) if self.answer == "numbers" else None

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> TextClassifier:
        return cls(settings["model"], len(settings["labels"]) or 1, settings["max_length"])

    def forward(self, tokens: Tensor, lengths: Tensor | None = None) -> Tensor:
        """tokens (B, T) int64, padded on the right with 0; lengths (B), or None: all T -> logits (B, C), (B, 1) for
        two classes; of numbers these, scaled."""
        embedded = self.hide_words(self.embedding(tokens))  # (B, T, E)
        embedded = functional.dropout(embedded, self.embedding_dropout, self.training)
        features = self.pooling(self.encoder(embedded, lengths), lengths)
        features = functional.dropout(features, self.dropout, self.training)
        features = normalized(getattr(self, f"{self.norm}_norm"), features)
        logits = self.dense(features)
        return logits if self.ngrams is None else logits + self.ngrams(tokens, lengths)

    def answers(self, logits: Tensor) -> Tensor:
        """Probabilities of classes or labels, or numbers in the data's units."""
        if self.target_scaling is not None:
            return self.target_scaling.unscaled(logits)
        return logits.sigmoid() if self.answer == "labels" else class_probabilities(logits)

    def hide_words(self, embedded: Tensor) -> Tensor:
        """Dropout of whole tokens."""
        if not self.training or self.word_dropout == 0.0:
            return embedded
        kept = embedded.new_ones(embedded.shape[:2]).unsqueeze(2)  # (B, T, 1)
        return embedded * functional.dropout(kept, self.word_dropout)


def make_encoder(model: dict[str, Any], max_length: int) -> RecurrentEncoder | TransformerEncoder:
    size = model["embedding_dim"]
    if model["cell"] != "transformer":
        return RecurrentEncoder(encoder_options(model, size))
    # Vaswani et al. 2017, section 3.4: beside positions, embeddings would be too small.
    return TransformerEncoder(
        transformer_options(model, size, model["hidden_size"], model["layers"], max_length,
                            model["bidirectional"], input_scale=math.sqrt(size))
    )  # fmt: skip


def class_probabilities(logits: Tensor) -> Tensor:
    """(B, 1) or (B, C) logits -> (B, C) probabilities."""
    if logits.shape[1] > 1:
        return logits.softmax(1)
    return torch.cat([(-logits).sigmoid(), logits.sigmoid()], 1)
