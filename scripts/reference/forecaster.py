#!/usr/bin/env python3
"""Trains mnemo's forecasters in PyTorch, in place of `mnemo train forecast`.

    forecaster.py --train passengers.csv --out RUN [--preset article] [--config FILE] [--set epochs=3 ...]

The run folder holds weights.safetensors, meta.json and metrics.jsonl, under mnemo's names
(`mnemo import`). All windows are of one length, so there is nothing to pad. The test part of the file itself is
measured at the end.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mnemo_reference import tables
from mnemo_reference.batches import sorted_batches
from mnemo_reference.config import Config
from mnemo_reference.fitting import Batch, Batches, Objective
from mnemo_reference.forecaster import Forecaster
from mnemo_reference.losses import forecast_loss, pinball_loss
from mnemo_reference.program import EpochRange, Training, make_parser, run, start, test, training_plan
from mnemo_reference.scaling import fit_scaling

WITHOUT_SEASON, FEW_ROWS, LONGEST_LOOKBACK = 24, 64, 720
SHORTEST_SEGMENT, LONGEST_SEGMENT = 8, 48


@dataclass(frozen=True)
class Windows:
    """Windows of a table, each known by the row that its forecast begins with."""

    features: Tensor  # (rows, F) scaled
    targets: Tensor  # (rows, K) scaled
    origins: list[int]
    lookback: int
    horizon: int

    def batch(self, samples: list[int]) -> Batch:
        origins = torch.tensor([self.origins[sample] for sample in samples]).unsqueeze(1)
        history = self.features[origins + torch.arange(-self.lookback, 0)]  # (B, L, F)
        return Batch((history,), self.targets[origins + torch.arange(self.horizon)], len(samples))

    def lengths(self) -> list[int]:
        return [self.lookback] * len(self.origins)

    def evaluation(self, batch_size: int) -> Batches:
        return Batches(lambda _: sorted_batches(self.lengths(), batch_size), self.batch)


def longest_part_of(season: int) -> int:
    longest = min(season, LONGEST_SEGMENT)
    parts = (part for part in range(longest, SHORTEST_SEGMENT - 1, -1) if season % part == 0)
    return next(parts, longest)


def parts_of(config: Config, rows: int, horizon: int) -> tables.Parts:
    if config["split-rows"]:
        return tables.split_by_rows(*map(int, config.names("split-rows")))
    if config["split-last"]:
        return tables.split_by_last_rows(rows, *map(int, config.names("split-last")))
    return tables.split_by_share(rows, config.number("split"), config.number("valid-share"), horizon)


def window_of(config: Config, season: int, train_rows: int) -> dict[str, int]:
    """Look-back, horizon and segment; what is auto follows from the data."""
    chosen = {name: 0 if config.is_auto(name) else config.integer(name) for name in ("lookback", "horizon", "segment")}
    is_few = train_rows < FEW_ROWS and not chosen["horizon"] and not chosen["lookback"]
    without_season = max(1, train_rows // 5) if is_few else WITHOUT_SEASON
    cycle = season if season > 1 else without_season
    chosen["horizon"] = chosen["horizon"] or cycle
    if chosen["segment"] == 0:
        segment = longest_part_of(season) if season > 1 else cycle
        chosen["segment"] = min(segment, chosen["lookback"] or LONGEST_LOOKBACK)
    if chosen["lookback"] == 0:
        rows = min(max(train_rows // 5, min(cycle, LONGEST_LOOKBACK)), LONGEST_LOOKBACK)
        chosen["lookback"] = max(1, rows // chosen["segment"]) * chosen["segment"]
    return chosen


def settings_of(config: Config, table: tables.Table) -> tuple[dict[str, Any], tables.Parts]:
    """As a run's meta.json has them, and which rows belong to which part."""
    targets = config.names("target") or table.columns
    features = config.names("features") or targets
    horizon = 1 if config.is_auto("horizon") else config.integer("horizon")
    parts = parts_of(config, len(table.values), horizon)
    season = config.integer("season") if not config.is_auto("season") else 0
    season = season or tables.find_season(
        table.of(targets)[parts.train.start : parts.train.stop], table.times[parts.train.start : parts.train.stop]
    )
    model = window_of(config, season, len(parts.train)) | {
        "model": "segments" if config["model"] == "auto" else config["model"],  # nothing is known ahead here
        "normalization": config["normalization"],
        "dropout": config.number("dropout"),
        "cell": config["cell"],
        "hidden_size": config.integer("hidden-size"),
        "layers": config.integer("layers"),
        "hidden_sizes": [int(size) for size in config.names("hidden-sizes")],
        "layer_dropout": config.number("layer-dropout"),
    } | config.transformer()
    parts = parts_of(config, len(table.values), model["horizon"])
    settings = {
        "model": model, "features": features, "targets": targets, "season": season,
        "calendar": tables.calendar_parts(table.times) if config.flag("calendar") else [],
        "quantiles": [float(quantile) for quantile in config.names("quantiles")],
    }  # fmt: skip
    return settings, parts


def scaled(values: np.ndarray, offset: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return (values - offset) / scale


def objective_of(config: Config, model: Forecaster) -> Objective:
    """The metric is the squared error of scaled numbers: of the central quantile, where there are several."""
    quantiles, kind = model.quantiles, config["loss"]

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        return pinball_loss(outputs, targets, quantiles) if quantiles else forecast_loss(outputs, targets, kind)

    def metric(outputs: Tensor, targets: Tensor) -> float:
        point = outputs[..., model.centre] if quantiles else outputs
        return forecast_loss(point, targets, "mse", "sum").item()

    return Objective(loss, metric, "mse", "windows")


def main() -> None:
    parser = make_parser("forecast", "Trains mnemo's forecasters in PyTorch.", unequal_lengths=False)
    arguments = parser.parse_args()
    config = start("forecast", arguments)

    table = tables.read_table(arguments.train, config["time-column"])
    settings, parts = settings_of(config, table)
    model = Forecaster.from_settings(settings)
    features, targets = table.of(settings["features"]), table.of(settings["targets"])
    of_features, of_targets = (fit_scaling(of[: parts.train.stop], config["scaler"]) for of in (features, targets))
    calendar = np.zeros((len(features), 0))
    if settings["calendar"]:
        calendar = tables.calendar_columns(table.times, settings["calendar"])
    unscaled = np.zeros(calendar.shape[1]), np.ones(calendar.shape[1])  # what the calendar's columns stay
    model.feature_scaling.set(*(np.concatenate(pair) for pair in zip(of_features, unscaled)))
    model.target_scaling.set(*of_targets)

    inputs = torch.from_numpy(np.concatenate([scaled(features, *of_features), calendar], 1)).float()
    answers = torch.from_numpy(scaled(targets, *of_targets)).float()

    def windows(part: range) -> Windows:
        origins = tables.window_origins(part, model.lookback, model.horizon)
        return Windows(inputs, answers, origins, model.lookback, model.horizon)

    train, of_test = windows(parts.train), windows(parts.test)
    valid = windows(parts.valid) if parts.valid else of_test
    batch_size = config.integer("batch-size")
    training = Training(
        task="forecast", model=model, settings=settings, objective=objective_of(config, model),
        train=Batches(training_plan(train.lengths(), config, "bucketed"), train.batch),
        valid=valid.evaluation(batch_size), epochs=EpochRange(8, 300),
    )  # fmt: skip
    run(training, config, arguments)
    test(training, of_test.evaluation(batch_size), arguments)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"forecaster.py: {error}")
