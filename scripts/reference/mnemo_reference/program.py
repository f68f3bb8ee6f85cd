"""What the three reference programs have in common: their options, and from data to a run folder."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .batches import BatchPlan, SeedUse, derive_seed, random_batches, shuffled_batches
from .config import PRESETS, Config, make_config
from .encoder import set_arrangement
from .fitting import Batches, FitOptions, FitResult, Objective, Sums, evaluate, fit, resolve_epochs
from .initialization import initialize_parameters
from .losses import ClassLoss, balanced_weights
from .runs import CONFIG, INITIAL_WEIGHTS, META, METRICS, WEIGHTS, load_weights, save_run_weights

TEST_METRICS = "test.json"

# Settings that these programs do not have.
MNEMOS_OWN = {
    "dense-init": "pytorch", "recurrent-init": "pytorch", "sampling": "all", "input-dropout": "0",
    "recurrent-dropout": "0", "output-dropout": "0", "variational-dropout": "false", "adversarial-norm": "0",
    "aux-label-column": "", "language-weight": "0", "reconstruction-weight": "0", "ngrams": "0",
    "autoregression": "false", "linear": "false", "unfreeze-steps": "0", "layer-rate": "1", "embedding-vectors": "",
    "freeze-embedding": "false", "scale-by": "auto", "known": "", "observed": "", "static": "",
    "non-negative": "false",
}  # fmt: skip

# Parts of mnemo's default models that these have not; mnemo must be told so when it takes their weights.
PARTS_LEFT_OUT = {"text": {"ngrams": "0"}, "series": {"linear": "false"},
                  "forecast": {"autoregression": "false", "calibrate": "false"}}


@dataclass(frozen=True)
class EpochRange:
    """How many passes `epochs = auto` may choose."""

    least: int
    most: int


@dataclass
class Training:
    """All that a task brings to its training."""

    task: str
    model: nn.Module
    settings: dict[str, Any]
    objective: Objective
    train: Batches
    valid: Batches
    epochs: EpochRange
    holds_out: bool = True  # or nothing may be chosen by the validation loss


def make_parser(task: str, description: str, unequal_lengths: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--train", type=Path, required=True, help="file to train on")
    parser.add_argument("--test", type=Path, help="file to measure the trained model on")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights, settings and metrics")
    parser.add_argument("--preset", choices=list(PRESETS[task]), default="default")
    parser.add_argument("--config", type=Path, help=f"what `mnemo train {task} --print-config` prints")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="single settings, as in epochs=3")
    parser.add_argument("--init-weights", type=Path, help="weights to start from, by the names of mnemo's files")
    if unequal_lengths:
        parser.add_argument("--batching", choices=["padded", "bucketed", "packed"], default="bucketed",
                            help="padded: random batches; bucketed: batches of like lengths, padded (the fastest); "
                            "packed: batches of like lengths, packed")  # fmt: skip
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--save-arrays", type=Path, help="file for all data as the model takes it: npz")
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    return parser


def start(task: str, arguments: argparse.Namespace) -> Config:
    for file in (arguments.train, arguments.test):
        if file is not None and not file.is_file():
            raise ValueError(f"{file}: no such file")
    config = make_config(task, arguments.preset, arguments.config, arguments.set)
    for name, value in MNEMOS_OWN.items():
        if config.values.get(name, value) != value:
            raise ValueError(f"setting '{name}' is mnemo's own so far; leave it at {value}")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(config.integer("seed"))
    return config


def seed_for(config: Config, use: SeedUse) -> int:
    return derive_seed(config.integer("seed"), use)


def class_loss(config: Config, labels: Tensor, classes: int) -> ClassLoss:
    """labels (N): the class numbers of the training samples."""
    weights = balanced_weights(labels, classes) if config["class-weights"] == "balanced" else None
    return ClassLoss(config.number("label-smoothing"), weights)


def training_plan(lengths: Sequence[int], config: Config, batching: str) -> Callable[[int], BatchPlan]:
    """The order of an epoch's samples. A batch size of 0: all samples in one."""
    seed, size = seed_for(config, SeedUse.BATCHES), config.integer("batch-size") or len(lengths)
    if batching == "padded":
        return lambda epoch: random_batches(len(lengths), size, seed, epoch)
    return lambda epoch: shuffled_batches(lengths, size, seed, epoch)


def fit_options(config: Config, steps: int, precision: str, training: Training) -> FitOptions:
    patience = config.integer("patience")
    if config.is_auto("epochs"):
        steps = -(-steps // config.integer("accumulate"))
        epochs, patience = resolve_epochs(steps, patience, training.epochs.least, training.epochs.most)
    else:
        epochs = config.integer("epochs")
    return FitOptions(
        epochs=epochs,
        schedule=config["schedule"],
        warmup_steps=config.integer("warmup-steps"),
        decay_factor=config.number("decay-factor"),
        decay_epochs=config.integer("decay-epochs"),
        clip_norm=config.number("clip-norm"),
        clip_value=config.number("clip-value"),
        accumulate=config.integer("accumulate"),
        average_decay=config.number("average-decay"),
        patience=patience if training.holds_out else 0,
        keep=config["keep"] if training.holds_out else "last",
        optimizer=config["optimizer"],
        learning_rate=config.number("learning-rate"),
        momentum=config.number("momentum"),
        nesterov=config.flag("nesterov"),
        weight_decay=config.number("weight-decay"),
        precision=precision,
    )


def run(training: Training, config: Config, arguments: argparse.Namespace) -> FitResult:
    """Trains, and writes what a run of mnemo has, and the weights that the training started from."""
    out, model = arguments.out, training.model
    out.mkdir(parents=True, exist_ok=True)
    (out / TEST_METRICS).unlink(missing_ok=True)  # of an earlier model
    if arguments.init_weights is not None:
        load_weights(model, arguments.init_weights)
    else:
        std = float(config.values.get("embedding-std", 1.0))
        initialize_parameters(model, seed_for(config, SeedUse.INITIALIZATION), std, config.number("forget-bias"))
    set_arrangement(model, "packed" if getattr(arguments, "batching", "") == "packed" else "padded")
    save_run_weights(model, out / INITIAL_WEIGHTS)
    meta = {"task": training.task, "settings": training.settings}
    (out / META).write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")
    settings = Config(config.values | PARTS_LEFT_OUT[training.task])
    (out / CONFIG).write_text(settings.text(), encoding="utf-8")
    options = fit_options(config, len(training.train.plan(1)), arguments.precision, training)
    name, unit = training.objective.metric_name, training.objective.unit
    with (out / METRICS).open("w", encoding="utf-8") as metrics:

        def report(epoch: dict[str, Any]) -> None:
            print(json.dumps(epoch), file=metrics, flush=True)
            if not arguments.quiet:
                figures = {kind: f"{epoch[f'{kind}_loss']:.4f}, {name} {epoch[f'{kind}_{name}']:.4f}"
                           for kind in ("train", "valid")}  # fmt: skip
                print(f"epoch {epoch['epoch']}: train loss {figures['train']}; validation loss {figures['valid']}; "
                      f"{epoch[f'{unit}_per_second']:,.0f} {unit}/s", flush=True)  # fmt: skip

        result = fit(model, training.objective, training.train, training.valid, options, report)
    save_run_weights(model, out / WEIGHTS)
    return result


def test(training: Training, batches: Batches, arguments: argparse.Namespace) -> dict[str, Any]:
    """Measures the trained model, and writes what it found into the run folder."""
    if arguments.save_arrays is not None:
        save_arrays(training, batches, arguments.save_arrays)
    sums: Sums = evaluate(training.model, training.objective, batches, arguments.precision)
    found = {
        "loss": sums.loss / sums.samples,
        training.objective.metric_name: sums.metric / sums.samples,
        "n": sums.samples,
    }
    (arguments.out / TEST_METRICS).write_text(json.dumps(found) + "\n", encoding="utf-8")
    if not arguments.quiet:
        print(", ".join(f"test {name} {value:.4f}" for name, value in found.items() if name != "n"))
    return found


def save_arrays(training: Training, of_test: Batches, file: Path) -> None:
    """Of each part inputs, lengths (where they differ) and targets, padded to its longest."""
    arrays: dict[str, np.ndarray] = {}
    for name, part in (("train", training.train), ("valid", training.valid), ("test", of_test)):
        batch = part.batch(sorted(sample for samples in part.plan(1) for sample in samples))
        for kind, tensor in zip(("inputs", "lengths"), batch.inputs):
            arrays[f"{name}_{kind}"] = tensor.numpy()
        arrays[f"{name}_targets"] = batch.targets.numpy()
        if name == "train":
            arrays["units"] = np.array(batch.units)
    np.savez(file, **arrays)
