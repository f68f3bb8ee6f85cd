"""PyTorch's worker in the benchmark: the arrangements that a good PyTorch user would try.

A request holds, besides the work and its sizes: "precision" fp32 or bf16 (autocast), "threads", "fused" (Adam in
one kernel), "compile" (torch.compile), and for texts of natural lengths "arrangement":
  padded_to_limit   random batches, every text padded to the longest allowed
  padded            random batches, padded to the longest of the batch
  bucketed          batches of like lengths, padded to the longest of the batch
  packed            random batches, packed;  bucketed_packed: batches of like lengths, packed
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

import reference_package  # noqa: F401  (for mnemo_reference)
from mnemo_reference.batches import BatchPlan, random_batches, shuffled_batches
from mnemo_reference.encoder import set_arrangement
from mnemo_reference.text_classifier import TextClassifier
from reference_forecaster import make_forecaster
from token_file import read_token_file
from worker_protocol import Request, Step, serve

CLIP_NORM = 1.0
SEED = 1


def prepare(request: Request) -> bool:
    """Sets threads and seed; tells whether bf16 is asked for."""
    torch.set_num_threads(request["threads"])
    torch.manual_seed(1)
    return request["precision"] == "bf16"


def finite(loss: float) -> float:
    """As mnemo does, so that nobody is fast by learning nothing."""
    if not math.isfinite(loss):
        raise FloatingPointError("the training diverged")
    return loss


def make_classifier(request: Request) -> TextClassifier:
    model = TextClassifier.from_settings(request["settings"])
    set_arrangement(model, "packed" if request.get("arrangement", "").endswith("packed") else "padded")
    # torch.compile leaves torch.nn.LSTM alone likewise; traced, it would become a graph of single steps.
    model.encoder.forward = torch.compiler.disable(model.encoder.forward)
    return model


class Trainer:
    def __init__(self, request: Request) -> None:
        self.bf16 = prepare(request)
        self.model = make_classifier(request).train()
        self.parameters = list(self.model.parameters())
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-3, fused=request.get("fused", True) or None)
        self.network = torch.compile(self.model) if request.get("compile", False) else self.model

    def step(self, tokens: torch.Tensor, lengths: torch.Tensor | None, targets: torch.Tensor) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            logits = self.network(tokens, lengths)
        loss = nn.functional.binary_cross_entropy_with_logits(logits.squeeze(1).float(), targets)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, CLIP_NORM)
        self.optimizer.step()
        return finite(loss.item())


def train_step(request: Request) -> Step:
    trainer = Trainer(request)
    batch, length = request["batch"], request["length"]
    tokens = torch.randint(1, request["settings"]["model"]["vocab_size"], (batch, length))
    targets = (torch.arange(batch) % 2).float()

    def step() -> int:
        trainer.step(tokens, None, targets)
        return batch * length

    return step


class TextBatches:
    """Batches of a token file without end, epoch after epoch."""

    def __init__(self, request: Request) -> None:
        texts = read_token_file(Path(request["tokens"]))
        self.texts = [torch.from_numpy(ids.astype(np.int64)) for ids in texts]
        self.targets = torch.arange(len(texts)) % 2
        self.batch_size = request["batch"]
        self.arrangement = request["arrangement"]
        self.limit = max(len(ids) for ids in texts)
        self.epoch = 0
        self.plan: BatchPlan = []

    def next(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        if not self.plan:
            self.plan = self.start_epoch()
        rows = sorted(self.plan.pop(), key=lambda row: -len(self.texts[row]))
        texts = [self.texts[row] for row in rows]
        tokens = pad_sequence(texts, batch_first=True)  # (B, T)
        if self.arrangement == "padded_to_limit":
            tokens = nn.functional.pad(tokens, (0, self.limit - tokens.shape[1]))
        lengths = torch.tensor([len(ids) for ids in texts])
        return tokens, lengths, self.targets[rows].float()

    def start_epoch(self) -> BatchPlan:
        self.epoch += 1
        if self.arrangement.startswith("bucketed"):
            return shuffled_batches([len(ids) for ids in self.texts], self.batch_size, SEED, self.epoch)
        return random_batches(len(self.texts), self.batch_size, SEED, self.epoch)


def train_texts(request: Request) -> Step:
    trainer = Trainer(request)
    batches = TextBatches(request)

    def step() -> int:
        tokens, lengths, targets = batches.next()
        trainer.step(tokens, lengths, targets)
        return int(lengths.sum())

    return step


class WindowTrainer:
    def __init__(self, request: Request) -> None:
        self.bf16 = prepare(request)
        model = request["model"]
        self.network = make_forecaster(model).train()
        self.loss = nn.functional.mse_loss if "hidden_sizes" in model else nn.functional.l1_loss
        self.clip_norm = request["clip_norm"]
        self.parameters = list(self.network.parameters())
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-3, fused=True)
        if request.get("compile", False):
            self.network = torch.compile(self.network)

    def step(self, history: torch.Tensor, targets: torch.Tensor) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            forecast = self.network(history)
        loss = self.loss(forecast.float(), targets)
        loss.backward()
        if self.clip_norm > 0:
            nn.utils.clip_grad_norm_(self.parameters, self.clip_norm)
        self.optimizer.step()
        return finite(loss.item())


def train_windows(request: Request) -> Step:
    """Windows of a random table; all of them are views of it, so a batch is one gather."""
    trainer = WindowTrainer(request)
    model, batch = request["model"], request["batch"]
    count, span = 2000, model["lookback"] + model["horizon"]
    table = torch.randn(span + count, model["columns"])
    windows = table.unfold(0, span, 1).transpose(1, 2)  # (windows, span, C)

    def step() -> int:
        rows = windows[torch.randint(0, count, (batch,))]
        trainer.step(rows[:, : model["lookback"]], rows[:, model["lookback"] :])
        return batch

    return step


def classify_text(request: Request) -> Step:
    bf16 = prepare(request)
    model = make_classifier(request).eval()
    tokens = torch.randint(1, request["settings"]["model"]["vocab_size"], (1, request["length"]))

    def step() -> int:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            model(tokens).sigmoid()
        return tokens.numel()

    return step


def make_step(request: Request) -> Step:
    works = {"train_step": train_step, "train_texts": train_texts, "train_windows": train_windows,
             "classify_text": classify_text}  # fmt: skip
    return works[request["work"]](request)


if __name__ == "__main__":
    serve(make_step)
