#!/usr/bin/env python3
"""Trains mnemo's model of series, for classes or numbers, in PyTorch, in place of `mnemo train series`.

    series_classifier.py --train motions.ts --out RUN [--preset article-stacked] [--config FILE] [--set epochs=3 ...]

The run folder holds weights.safetensors, meta.json and metrics.jsonl, under mnemo's names;
`mnemo import` makes a run of mnemo's of it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from mnemo_reference.batches import SeedUse, sorted_batches, stratified_split
from mnemo_reference.config import Config
from mnemo_reference.fitting import Batch, Batches, Objective
from mnemo_reference.losses import correct, cross_entropy, squared_error
from mnemo_reference.program import (
    EpochRange, Training, class_loss, make_parser, run, seed_for, start, test, training_plan,
)  # fmt: skip
from mnemo_reference.scaling import fit_scaling
from mnemo_reference.series import LabelledSeries, read_series
from mnemo_reference.series_model import SeriesModel
from mnemo_reference.texts import label_names

NUMBERS = Objective(
    squared_error, lambda outputs, targets: squared_error(outputs, targets, "sum").item(), "mse", "steps"
)
ENOUGH_TO_HOLD_OUT = 200  # series


@dataclass(frozen=True)
class Part:
    values: list[Tensor]
    targets: Tensor  # (N) class numbers, or (N, K) scaled numbers

    @property
    def lengths(self) -> list[int]:
        return [len(series) for series in self.values]

    def batch(self, samples: list[int]) -> Batch:
        series = [self.values[sample] for sample in samples]
        lengths = torch.tensor([len(one) for one in series])
        return Batch((pad_sequence(series, batch_first=True), lengths), self.targets[samples], int(lengths.sum()))

    def of(self, samples: list[int]) -> Part:
        return Part([self.values[sample] for sample in samples], self.targets[samples])

    def evaluation(self, batch_size: int) -> Batches:
        size = batch_size or len(self.values)
        return Batches(lambda _: sorted_batches(self.lengths, size), self.batch)


@dataclass(frozen=True)
class Targets:
    """From a file's labels or numbers to what the loss takes."""

    labels: list[str]  # of classes
    offset: np.ndarray  # of numbers, scaled
    scale: np.ndarray

    def of(self, series: LabelledSeries) -> Tensor:
        if self.labels:
            return torch.tensor([self.labels.index(name) for name in series.targets])
        return torch.from_numpy((numbers(series) - self.offset) / self.scale).float()


def numbers(series: LabelledSeries) -> np.ndarray:
    return np.array([[float(target)] for target in series.targets])


def split(series: LabelledSeries, labels: list[str], config: Config) -> tuple[list[int], list[int]]:
    share = config.number("valid-share") if not config.is_auto("valid-share") else None
    if share is None:
        share = 0.1 if len(series.values) >= ENOUGH_TO_HOLD_OUT else 0.0
    if share == 0.0:
        return list(range(len(series.values))), []
    contents = [one.numpy().tobytes() for one in series.values]
    strata = [labels.index(name) if labels else 0 for name in series.targets]
    return stratified_split(contents, strata, share, seed_for(config, SeedUse.SPLIT))


def settings_of(config: Config, series: LabelledSeries, targets: Targets) -> dict[str, Any]:
    """As a run's meta.json has them."""
    model = {
        "z_normalize": config.flag("z-normalize"),
        "step_dropout": config.number("step-dropout"),
        "cell": config["cell"],
        "activation": config["activation"],
        "hidden_sizes": [int(size) for size in config.names("hidden-sizes")],
        "bidirectional": config.flag("bidirectional"),
        "layer_dropout": config.number("layer-dropout"),
        "pooling": config.names("pooling"),
        "heads": config.integer("heads"),
        "dropout": config.number("dropout"),
        "norm": config["norm"],
    } | config.transformer()
    if config["cell"] == "transformer":
        model["longest"] = max(len(one) for one in series.values)
    scaling = [] if targets.labels else [{"offset": o, "scale": s} for o, s in zip(targets.offset, targets.scale)]
    return {"model": model, "target_kind": config["target-kind"], "features": series.features,
            "labels": targets.labels, "target_scaling": scaling}  # fmt: skip


def main() -> None:
    parser = make_parser("series", "Trains mnemo's model of series in PyTorch.", unequal_lengths=True)
    parser.add_argument("--labels", type=Path, help="npy: array of the training file's labels or numbers")
    parser.add_argument("--test-labels", type=Path, help="npy: array of the test file's labels or numbers")
    arguments = parser.parse_args()
    config = start("series", arguments)

    series = read_series(arguments.train, arguments.labels)
    labels = label_names(series.targets) if config["target-kind"] == "class" else []
    train_rows, valid_rows = split(series, labels, config)
    known = np.zeros((1, 1)) if labels else numbers(series)[train_rows]
    targets = Targets(labels, *fit_scaling(known, "none" if labels else config["scaler"]))
    everything = Part(series.values, targets.of(series))
    train = everything.of(train_rows)
    valid = everything.of(valid_rows) if valid_rows else train

    settings = settings_of(config, series, targets)
    model = SeriesModel.from_settings(settings)
    model.feature_scaling.set(*fit_scaling(torch.cat(train.values).numpy(), config["scaler"]))
    if not labels:
        model.target_scaling.set(targets.offset, targets.scale)
    objective = NUMBERS
    if labels:
        train_loss = class_loss(config, train.targets, len(labels))
        objective = Objective(cross_entropy, correct, "accuracy", "steps", train_loss)
    batch_size = config.integer("batch-size")
    training = Training(
        task="series", model=model, settings=settings, objective=objective,
        train=Batches(training_plan(train.lengths, config, arguments.batching), train.batch),
        valid=valid.evaluation(batch_size), epochs=EpochRange(20, 200), holds_out=bool(valid_rows),
    )  # fmt: skip
    run(training, config, arguments)
    if arguments.test is not None:
        of_test = read_series(arguments.test, arguments.test_labels)
        test(training, Part(of_test.values, targets.of(of_test)).evaluation(batch_size), arguments)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"series_classifier.py: {error}")
