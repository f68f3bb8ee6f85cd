#!/usr/bin/env python3
"""Trains mnemo's text classifier in PyTorch, in place of `mnemo train text`.

    text_classifier.py --train reviews.csv --out RUN [--preset article] [--config FILE] [--set epochs=3 ...]

The run folder holds weights.safetensors, meta.json, tokenizer.model and metrics.jsonl, under mnemo's names;
`mnemo import` makes a run of mnemo's of it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentencepiece import SentencePieceProcessor
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from mnemo_reference import texts
from mnemo_reference.batches import SeedUse, sorted_batches, stratified_split
from mnemo_reference.config import Config
from mnemo_reference.fitting import Batch, Batches, Objective
from mnemo_reference.losses import (
    LabelLoss, all_labels_correct, balanced_label_weights, correct, cross_entropy, squared_error,
)  # fmt: skip
from mnemo_reference.program import (
    EpochRange, Training, class_loss, make_parser, run, seed_for, start, test, training_plan,
)  # fmt: skip
from mnemo_reference.runs import TOKENIZER
from mnemo_reference.scaling import fit_scaling
from mnemo_reference.text_classifier import TextClassifier


@dataclass(frozen=True)
class Targets:
    """From a file's labels to what the loss takes."""

    answer: str  # classes, labels or numbers
    names: list[str]  # of classes and labels
    delimiter: str  # between the labels of a row; empty: it is one
    scaling: tuple[np.ndarray, np.ndarray] | None = None  # offset and scale, of numbers

    def tensor(self, labels: list[str]) -> Tensor:
        if self.answer == "classes":
            return torch.tensor([self.names.index(name) for name in labels])
        if self.answer == "labels":
            rows = [divided(label, self.delimiter) for label in labels]
            return torch.tensor([[float(name in row) for name in self.names] for row in rows])
        offset, scale = self.scaling
        return torch.from_numpy((numbers(labels) - offset) / scale).float()


def divided(label: str, delimiter: str) -> list[str]:
    parts = label.split(delimiter) if delimiter else [label]
    return [part.strip() for part in parts if part.strip()]


def numbers(labels: list[str]) -> np.ndarray:
    """(rows, 1)"""
    return np.array([[float(label)] for label in labels])


def make_targets(config: Config, labels: list[str]) -> Targets:
    """Of a training file's labels. Kind "auto" is that of mnemo where a cell holds several labels by a delimiter."""
    kind, delimiter = config["target-kind"], config["label-delimiter"]
    if kind == "number":
        return Targets("numbers", [], "", fit_scaling(numbers(labels), "standard"))
    if kind == "labels" or (kind == "auto" and delimiter):
        names = texts.label_names([name for label in labels for name in divided(label, delimiter)])
        return Targets("labels", names, delimiter)
    return Targets("classes", texts.label_names(labels), "")


def objective_of(config: Config, targets: Targets, train: Tensor) -> Objective:
    """train: the targets of the training rows."""
    if targets.answer == "numbers":
        return Objective(squared_error, lambda output, target: squared_error(output, target, "sum").item(), "mse",
                         "tokens")  # fmt: skip
    if targets.answer == "labels":
        weights = balanced_label_weights(train) if config["class-weights"] == "balanced" else None
        train_loss = LabelLoss(config.number("label-smoothing"), weights)
        return Objective(LabelLoss(), all_labels_correct, "accuracy", "tokens", train_loss)
    return Objective(cross_entropy, correct, "accuracy", "tokens", class_loss(config, train, len(targets.names)))


@dataclass(frozen=True)
class Part:
    """Encoded texts and their targets."""

    ids: list[Tensor]
    labels: Tensor

    @property
    def lengths(self) -> list[int]:
        return [len(ids) for ids in self.ids]

    def batch(self, samples: list[int]) -> Batch:
        ids = [self.ids[sample] for sample in samples]
        lengths = torch.tensor([len(one) for one in ids])
        return Batch((pad_sequence(ids, batch_first=True), lengths), self.labels[samples], int(lengths.sum()))

    def evaluation(self, batch_size: int) -> Batches:
        return Batches(lambda _: sorted_batches(self.lengths, batch_size), self.batch)


@dataclass(frozen=True)
class Encoder:
    """From texts and labels to their numbers."""

    tokenizer: SentencePieceProcessor
    limit: texts.LengthLimit
    strip_html: bool
    targets: Targets
    threads: int

    def encode(self, rows: list[str], labels: list[str]) -> Part:
        rows = texts.without_html(rows) if self.strip_html else rows
        ids = texts.encode(self.tokenizer, rows, self.limit, self.threads)
        return Part([torch.tensor(one) for one in ids], self.targets.tensor(labels))


def settings_of(config: Config, vocab_size: int, encoder: Encoder) -> dict[str, Any]:
    """As a run's meta.json has them."""
    model = {
        "vocab_size": vocab_size,
        "embedding_dim": config.integer("embedding-dim"),
        "word_dropout": config.number("word-dropout"),
        "embedding_dropout": config.number("embedding-dropout"),
        "cell": config["cell"],
        "activation": config["activation"],
        "layers": config.integer("layers"),
        "hidden_size": config.integer("hidden-size"),
        "bidirectional": config.flag("bidirectional"),
        "layer_dropout": config.number("layer-dropout"),
        "pooling": config.names("pooling"),
        "heads": config.integer("heads"),
        "dropout": config.number("dropout"),
        "inner_norm": config["inner-norm"],
        "norm": config["norm"],
        "batch_norm_eps": 1e-5,
        "batch_norm_momentum": 0.1,
        "answer": encoder.targets.answer,
    } | config.transformer()
    return {
        "model": model, "labels": encoder.targets.names, "max_length": encoder.limit.max_length,
        "truncate": encoder.limit.truncate, "pad_id": 0, "html_removed_before": encoder.strip_html,
    }  # fmt: skip


def make_encoder(config: Config, arguments: argparse.Namespace, rows: list[str], targets: Targets) -> Encoder:
    """With the tokenizer that is named, which sees texts as they are (mnemo's remove HTML themselves), or a new one."""
    strip_html = config.flag("strip-html") and arguments.tokenizer is None
    if arguments.tokenizer is not None:
        model = arguments.tokenizer.read_bytes()
    else:
        rows = texts.without_html(rows) if strip_html else rows
        size, lowercase = config.integer("vocab-size"), config.flag("lowercase")
        model = texts.train_tokenizer(rows, size, arguments.threads, lowercase)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / TOKENIZER).write_bytes(model)
    limit = texts.LengthLimit(config.integer("max-length"), config["truncate"])
    return Encoder(SentencePieceProcessor(model_proto=model), limit, strip_html, targets, arguments.threads)


def main() -> None:
    parser = make_parser("text", "Trains mnemo's text classifier in PyTorch.", unequal_lengths=True)
    parser.add_argument("--valid", type=Path, help="file to validate on; otherwise a share of the training rows")
    parser.add_argument("--tokenizer", type=Path, help="SentencePiece model to use, such as a run's tokenizer.model")
    arguments = parser.parse_args()
    config = start("text", arguments)
    columns = config["text-column"], config["label-column"]

    rows, names = texts.read_csv(arguments.train, *columns)
    targets = make_targets(config, names)
    if arguments.valid is None:
        if targets.answer == "labels":
            raise ValueError("name a file with --valid: texts of several labels are held out by mnemo alone")
        strata = targets.tensor(names).tolist() if targets.answer == "classes" else [0] * len(names)
        share, seed = config.number("valid-share"), seed_for(config, SeedUse.SPLIT)
        train_rows, valid_rows = stratified_split(rows, strata, share, seed)
        valid_texts, valid_names = [rows[i] for i in valid_rows], [names[i] for i in valid_rows]
        rows, names = [rows[i] for i in train_rows], [names[i] for i in train_rows]
    else:
        valid_texts, valid_names = texts.read_csv(arguments.valid, *columns)
    if targets.answer == "numbers":
        targets = make_targets(config, names)  # scaled by the rows that train
    encoder = make_encoder(config, arguments, rows, targets)
    settings = settings_of(config, encoder.tokenizer.vocab_size(), encoder)
    train, valid = encoder.encode(rows, names), encoder.encode(valid_texts, valid_names)

    model = TextClassifier.from_settings(settings)
    if targets.scaling is not None:
        model.target_scaling.set(*targets.scaling)
    batch_size = config.integer("batch-size")
    training = Training(
        task="text", model=model, settings=settings,
        objective=objective_of(config, targets, train.labels),
        train=Batches(training_plan(train.lengths, config, arguments.batching), train.batch),
        valid=valid.evaluation(batch_size), epochs=EpochRange(2, 30),
    )  # fmt: skip
    run(training, config, arguments)
    if arguments.test is not None:
        test(training, encoder.encode(*texts.read_csv(arguments.test, *columns)).evaluation(batch_size), arguments)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"text_classifier.py: {error}")
