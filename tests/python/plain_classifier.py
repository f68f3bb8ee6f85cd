"""mnemo's text classifier out of PyTorch's own modules, as its documentation describes it: for comparison."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from mnemo_program import Run

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Pooling(nn.Module):
    def __init__(self, kinds: list[str], heads: int, size: int) -> None:
        super().__init__()
        self.kinds = kinds
        if "attention" in kinds:
            self.attention = nn.MultiheadAttention(size, heads, batch_first=True)

    def forward(self, states: Tensor, final: Tensor, padding: Tensor) -> Tensor:
        """states (B, T, D), final (B, D), padding (B, T): true where there is no step -> (B, kinds * D)."""
        return torch.cat([self.pooled(kind, states, final, padding) for kind in self.kinds], dim=1)

    def pooled(self, kind: str, states: Tensor, final: Tensor, padding: Tensor) -> Tensor:
        if kind == "attention":
            query = final.unsqueeze(1)  # (B, 1, D)
            return self.attention(query, states, states, key_padding_mask=padding, need_weights=False)[0].squeeze(1)
        if kind == "max":
            return states.masked_fill(padding.unsqueeze(2), -torch.inf).amax(dim=1)
        if kind == "mean":
            steps = (~padding).sum(dim=1, keepdim=True)
            return states.masked_fill(padding.unsqueeze(2), 0.0).sum(dim=1) / steps
        assert kind == "last"
        return final


class PlainClassifier(nn.Module):
    def __init__(self, model: dict, classes: int) -> None:
        super().__init__()
        directions = 2 if model["bidirectional"] else 1
        encoded = directions * model["hidden_size"]
        pooled = encoded * len(model["pooling"])
        activation = {"nonlinearity": model["activation"]} if model["cell"] == "rnn" else {}
        self.embedding = nn.Embedding(model["vocab_size"], model["embedding_dim"], padding_idx=0)
        self.encoder = CELLS[model["cell"]](
            model["embedding_dim"], model["hidden_size"], num_layers=model["layers"],
            bidirectional=model["bidirectional"], batch_first=True, **activation)  # fmt: skip
        self.pooling = Pooling(model["pooling"], model["heads"], encoded)
        if model["norm"] == "batch":
            self.batch_norm = nn.BatchNorm1d(pooled, eps=model["batch_norm_eps"])
        self.dense = nn.Linear(pooled, 1 if classes == 2 else classes)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """tokens (B, T), lengths (B) -> probabilities (B, C)."""
        packed = pack_padded_sequence(self.embedding(tokens), lengths, batch_first=True, enforce_sorted=False)
        output, state = self.encoder(packed)
        hidden = state[0] if isinstance(state, tuple) else state  # (layers * directions, B, H)
        directions = 2 if self.encoder.bidirectional else 1
        final = torch.cat(list(hidden[-directions:]), dim=1)  # (B, D)
        states, _ = pad_packed_sequence(output, batch_first=True)  # (B, T, D)
        padding = torch.arange(states.size(1)) >= lengths.unsqueeze(1)  # (B, T)
        pooled = self.pooling(states, final, padding)
        logits = self.dense(self.batch_norm(pooled) if hasattr(self, "batch_norm") else pooled)
        if logits.size(1) > 1:
            return logits.softmax(dim=1)
        positive = logits.sigmoid()  # (B, 1)
        return torch.cat([1 - positive, positive], dim=1)


def plain_probabilities(run: Run, texts: list[str]) -> Tensor:
    """Of each text, as PyTorch and SentencePiece compute them from what the run folder holds: (B, C)."""
    classifier = PlainClassifier(run.settings["model"], len(run.labels))
    classifier.load_state_dict(run.weights)  # strict: the names and shapes must be the same
    classifier.eval()
    sequences = [torch.tensor(run.tokenizer.encode(text) or [run.tokenizer.unk_id()]) for text in texts]
    assert max(map(len, sequences)) <= run.settings["max_length"], "this comparison does not truncate"
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    with torch.inference_mode():
        return classifier(pad_sequence(sequences, batch_first=True), lengths)
