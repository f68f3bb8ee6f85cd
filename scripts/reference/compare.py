#!/usr/bin/env python3
"""Trains mnemo and the reference program from the same initial weights, over the same batches, and compares them.

    compare.py text|series|forecast [--data FILE] [--test FILE] [--preset NAME] [--epochs N] [--set NAME=VALUE ...]

Without --data it takes the sample data of the repository. Both train in fp32 with as many threads and without dropout,
whose random numbers differ. Ends with 1 when they differ by more than rounding explains.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.numpy import load_file

from mnemo_reference.config import PRESETS
from mnemo_reference.processes import Measured, run_measured
from mnemo_reference.program import TEST_METRICS
from mnemo_reference.runs import CONFIG, INITIAL_WEIGHTS, META, TOKENIZER, WEIGHTS, read_metrics

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "datasets" / "sample"
REFERENCE = Path(__file__).resolve().parent

# Sums in another order round otherwise: about 1e-7 of a loss at the first step, 3e-6 over an epoch of 85 steps, 2e-4
# over one of 704. So the three limits of a first epoch are those of 100 steps, and grow with the steps beyond.
FIRST_EPOCH_STEPS = 100
FIRST_EPOCH_TOLERANCE = 1e-4  # relative, of losses
# The gradient of an absolute error jumps where the error is 0, so that rounding turns the sign of a few of its terms:
# 2.5e-4 of the norm over an epoch of hourly data, whose losses agree to 5e-8.
FIRST_EPOCH_GRADIENT_TOLERANCE = 2e-3  # relative, of the mean norm
# Biases that a batch norm takes away drift by rounding; validation sees them through the running mean.
FIRST_EPOCH_VALIDATION_TOLERANCE = 2e-3  # relative, of the validation loss
# Training long sequences is chaotic: of two runs of mnemo on 3,000 film reviews whose initial weights differed by 6e-8
# the losses of the first epoch differed by 6e-9, those of the second by 6%, and its gradient norms by a factor of two.
LATER_TOLERANCE = 0.1  # relative, of losses; gradient norms are shown only
TEST_LOSS_TOLERANCE = 0.1  # relative
TEST_METRIC_TOLERANCE = 0.02  # accuracies, absolute
# The weights that are kept have no limit: where the loss does not depend on a parameter (attention's key bias,
# biases before batch norm), its gradient is rounding alone, which Adam makes steps of full size of.
WEIGHT_TOLERANCE = math.inf

# A tokenizer that is there has settled these.
TOKENIZER_OPTIONS = {
    "--tokenizer-type", "--vocab-size", "--lowercase", "--strip-html", "--character-coverage", "--tokenizer-sample",
}  # fmt: skip


@dataclass(frozen=True)
class Task:
    program: str
    train: Path
    test: Path | None  # forecast: a part of the file itself
    turned_off: tuple[str, ...]  # what draws other random numbers, or what the reference does not train
    unit: str


FLAGS = {"autoregression", "linear"}
TASKS = {
    "text": Task("text_classifier.py", SAMPLE / "reviews_train.csv", SAMPLE / "reviews_test.csv",
                 ("word-dropout", "embedding-dropout", "layer-dropout", "dropout", "ngrams"), "tokens"),
    "series": Task("series_classifier.py", SAMPLE / "motions_train.ts", SAMPLE / "motions_test.ts",
                   ("step-dropout", "layer-dropout", "dropout", "linear"), "steps"),
    "forecast": Task("forecaster.py", SAMPLE / "airline_passengers.csv", None,
                     ("layer-dropout", "dropout", "autoregression"), "windows"),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    name: str
    history: list[dict[str, Any]]
    weights: dict[str, Any]
    test: dict[str, float]  # loss (where there is one) and the metric
    process: Measured


@dataclass(frozen=True)
class Difference:
    stage: str
    found: float
    allowed: float

    @property
    def is_small(self) -> bool:
        return self.found <= self.allowed  # false for what is no number


class Comparison:
    """One task's data and settings, and the folder that its runs go to."""

    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self.arguments, self.folder = arguments, folder
        self.task = TASKS[arguments.task]
        self.train = arguments.data or self.task.train
        self.test = arguments.test or (self.task.test if arguments.data is None else None)
        values = [f"{name}={'false' if name in FLAGS else 0}" for name in self.task.turned_off]
        values += [f"epochs={arguments.epochs}", f"threads={arguments.threads}", "precision=fp32", *arguments.set]
        self.options = list({value.split("=")[0]: f"--{value}" for value in values}.values())  # the last of a name
        self.environment = {"XDG_CACHE_HOME": str(folder / "cache"), "OMP_NUM_THREADS": str(arguments.threads)}

    def mnemo(self, *arguments: object) -> Measured:
        return run_measured([str(self.arguments.mnemo), *map(str, arguments)], self.environment)

    def mnemo_train(self, *arguments: object) -> Measured:
        preset = ["--preset", self.arguments.preset, "--train", self.train]
        return self.mnemo("train", self.arguments.task, *preset, *arguments)

    def write_config(self) -> Path:
        """mnemo's own defaults, for the reference to take."""
        path = self.folder / "config.ini"
        path.write_text(self.mnemo_train("--out", "unused", *self.options, "--print-config").output, encoding="utf-8")
        return path

    def make_tokenizer(self) -> list[str]:
        """mnemo's, by a training whose model is as small as can be."""
        if self.arguments.task != "text":
            return []
        out = self.folder / "tokenizer"
        tiny = ["--epochs=1", "--embedding-dim=4", "--hidden-size=4", "--max-length=8", "--heads=1"]
        replaced = {option.split("=")[0] for option in tiny}
        kept = [option for option in self.options if option.split("=")[0] not in replaced]
        self.mnemo_train("--out", out, *tiny, *kept, "--quiet")
        return ["--tokenizer", str(out / TOKENIZER)]

    def run_reference(self, config: Path, tokenizer: list[str]) -> Outcome:
        out = self.folder / "reference"
        command = [sys.executable, str(REFERENCE / self.task.program), "--train", str(self.train), "--out", str(out)]
        command += ["--config", str(config), "--threads", str(self.arguments.threads), "--quiet", *tokenizer]
        if self.test is not None:
            command += ["--test", str(self.test)]
        if self.arguments.with_keras:
            command += ["--save-arrays", str(self.folder / "arrays.npz")]
        process = run_measured(command, self.environment)
        test = json.loads((out / TEST_METRICS).read_text()) if (out / TEST_METRICS).exists() else {}
        return Outcome("reference", read_metrics(out), load_file(out / WEIGHTS), test, process)

    def run_mnemo(self, tokenizer: list[str]) -> Outcome:
        out = self.folder / "mnemo"
        initial = ["--init-weights", self.folder / "reference" / INITIAL_WEIGHTS]
        options = [option for option in self.options if not tokenizer or option.split("=")[0] not in TOKENIZER_OPTIONS]
        process = self.mnemo_train("--out", out, *options, *tokenizer, *initial, "--quiet")
        test: dict[str, float] = {}
        if self.test is not None or self.arguments.task == "forecast":
            data = self.test or self.train
            test = json.loads(self.mnemo("evaluate", out, "--data", data, "--json", "--quiet").output)
            if self.arguments.task == "forecast":
                test = {"mse": test["scaled_mse"]}
        return Outcome("mnemo", read_metrics(out), load_file(out / WEIGHTS), test, process)

    def run_keras(self) -> None:
        """Prints what Keras reached: nothing of it is the same by construction, so nothing is required of it."""
        reference, out = self.folder / "reference", self.folder / "keras.json"
        command = [str(self.arguments.keras_python), str(REFERENCE / "keras_contender.py"), self.arguments.task]
        command += ["--arrays", str(self.folder / "arrays.npz"), "--settings", str(reference / META)]
        process = run_measured([*command, "--config", str(reference / CONFIG), "--out", str(out)], self.environment)
        found = json.loads(out.read_text(encoding="utf-8"))
        print("\nKeras, in its own way, compilation included")
        for epoch, losses in enumerate(zip(found["train_loss"], found["valid_loss"]), 1):
            print(f"epoch {epoch}: train loss {losses[0]:.6f}, validation loss {losses[1]:.6f}")
        speed = found["units"] / found["seconds"]
        print(f"test loss {found['test_loss']:.4g}, metric {found['test_metric']:.4g}; "
              f"seconds: epochs {found['seconds']:.4g}, whole process {process.seconds:.4g}; "
              f"{speed:,.4g} {self.task.unit} a second; peak memory {process.peak_mib:,.4g} MiB")  # fmt: skip


def relative(a: float, b: float) -> float:
    return abs(a - b) / max(abs(a), abs(b), 1e-9)


def differences(mnemo: Outcome, reference: Outcome) -> list[Difference]:
    """The largest of each stage."""
    found: list[Difference] = []
    pairs = list(zip(mnemo.history, reference.history))
    for title, epochs in (("first epoch", pairs[:1]), ("later epochs", pairs[1:])):
        for name in ("train_loss", "gradient_norm", "valid_loss"):
            if epochs:
                largest = max(relative(a[name], b[name]) for a, b in epochs)
                allowed = allowed_difference(title, name, reference.history[0]["steps"])
                found.append(Difference(f"{title}, {name.replace('_', ' ')}, relative", largest, allowed))
    found.append(Difference("number of epochs", abs(len(mnemo.history) - len(reference.history)), 0))
    found.append(Difference("weights that are kept, absolute", weight_difference(mnemo, reference), WEIGHT_TOLERANCE))
    for name in sorted(mnemo.test.keys() & reference.test.keys() & {"loss", "mse"}):
        lost = relative(mnemo.test[name], reference.test[name])
        found.append(Difference(f"test {name}, relative", lost, TEST_LOSS_TOLERANCE))
    if "accuracy" in mnemo.test:
        lost = abs(mnemo.test["accuracy"] - reference.test["accuracy"])
        found.append(Difference("test accuracy, absolute", lost, TEST_METRIC_TOLERANCE))
    return found


def allowed_difference(stage: str, name: str, steps: int) -> float:
    """`steps`: of the first epoch."""
    if stage != "first epoch":
        return math.inf if name == "gradient_norm" else LATER_TOLERANCE
    allowed = {"gradient_norm": FIRST_EPOCH_GRADIENT_TOLERANCE, "valid_loss": FIRST_EPOCH_VALIDATION_TOLERANCE}
    return allowed.get(name, FIRST_EPOCH_TOLERANCE) * max(1.0, steps / FIRST_EPOCH_STEPS)


def weight_difference(mnemo: Outcome, reference: Outcome) -> float:
    if mnemo.weights.keys() != reference.weights.keys():
        raise RuntimeError(f"the weights' names differ: {sorted(mnemo.weights.keys() ^ reference.weights.keys())}")
    return max(float(abs(mnemo.weights[name] - reference.weights[name]).max()) for name in mnemo.weights)


def print_report(unit: str, mnemo: Outcome, reference: Outcome, found: list[Difference]) -> None:
    print(f"{'':6}{'train loss':^34}{'validation loss':^34}")
    print(f"{'epoch':<6}" + 2 * f"{'mnemo':>11}{'reference':>11}{'diff':>10}  ")
    for a, b in zip(mnemo.history, reference.history):
        cells = ((a[name], b[name]) for name in ("train_loss", "valid_loss"))
        print(f"{a['epoch']:<6}" + "".join(f"{x:>11.6f}{y:>11.6f}{abs(x - y):>10.1e}  " for x, y in cells))
    print(f"\n{'largest difference':<42}{'found':>10}{'allowed':>10}")
    for one in found:
        verdict = "" if one.is_small else "  TOO LARGE"
        allowed = "any" if math.isinf(one.allowed) else f"{one.allowed:.1e}"
        print(f"{one.stage:<42}{one.found:>10.1e}{allowed:>10}{verdict}")
    print(f"\n{'':<28}{'mnemo':>12}{'reference':>12}{'mnemo/reference':>17}")
    for title, a, b in figures(unit, mnemo, reference):
        print(f"{title:<28}{a:>12,.4g}{b:>12,.4g}{a / b if b else math.nan:>17.2f}")


def figures(unit: str, mnemo: Outcome, reference: Outcome) -> list[tuple[str, float, float]]:
    both = (mnemo, reference)
    named: dict[str, list[float]] = {
        f"test {name}": [one.test[name] for one in both]
        for name in ("loss", "accuracy", "mse")
        if all(name in one.test for one in both)
    }
    named["seconds, epochs"] = [sum(epoch["seconds"] for epoch in one.history) for one in both]
    named["seconds, whole process"] = [one.process.seconds for one in both]
    speed = f"{unit}_per_second"
    named[f"{unit} a second"] = [statistics.median(epoch[speed] for epoch in one.history) for one in both]
    named["peak memory, MiB"] = [one.process.peak_mib for one in both]
    return [(title, a, b) for title, (a, b) in named.items()]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains mnemo and the reference side by side and compares them.")
    parser.add_argument("task", choices=list(TASKS))
    parser.add_argument("--data", type=Path, help="file to train on (a sample of the repository)")
    parser.add_argument("--test", type=Path, help="file to measure on; forecasts: the test part of the data itself")
    presets = "; ".join(f"{task}: {', '.join(of)}" for task, of in PRESETS.items())
    parser.add_argument("--preset", default="default", help=f"{presets} (%(default)s)")
    parser.add_argument("--epochs", type=int, default=3, help="(%(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of each of them (%(default)s)")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE",
                        help="settings of both, as in dropout=0.1")  # fmt: skip
    parser.add_argument("--mnemo", type=Path, default=REPOSITORY / "build" / "release" / "mnemo", help="the program")
    parser.add_argument("--out", type=Path, help="new or empty folder to keep the runs in")
    parser.add_argument("--with-keras", action="store_true", help="let Keras train, too, in its own way")
    parser.add_argument("--keras-python", type=Path, default=Path(sys.executable), help="a Python that has Keras")
    return parser.parse_args()


def require_keras(python: Path) -> None:
    found = subprocess.run([python, "-c", "import keras"], capture_output=True)
    if found.returncode != 0:
        raise RuntimeError(f"--with-keras: {python} has no Keras; name one with --keras-python "
                           "(pip install -r scripts/benchmark/requirements-keras.txt)")  # fmt: skip


def main() -> int:
    arguments = parse_arguments()
    if arguments.with_keras:
        require_keras(arguments.keras_python)
    if arguments.out is not None and arguments.out.exists() and any(arguments.out.iterdir()):
        raise RuntimeError(f"--out {arguments.out}: the folder is not empty; name another")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.out or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        comparison = Comparison(arguments, folder)
        print(f"{arguments.task}: {comparison.train.name}, preset {arguments.preset}, fp32, no dropout, threads: "
              f"{arguments.threads}\n", flush=True)  # fmt: skip
        tokenizer = comparison.make_tokenizer()
        reference = comparison.run_reference(comparison.write_config(), tokenizer)
        mnemo = comparison.run_mnemo(tokenizer)
        found = differences(mnemo, reference)
        print_report(comparison.task.unit, mnemo, reference, found)
        if arguments.with_keras:
            comparison.run_keras()
        return 0 if all(one.is_small for one in found) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (RuntimeError, OSError) as error:
        sys.exit(f"compare.py: {error}")
