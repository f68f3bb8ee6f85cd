#!/usr/bin/env python3
"""Trains models that are broken in known ways and shows what `mnemo train --diagnose` says first of each.

    diagnosis_grid.py text reviews.csv --out DIR [--seeds 1,2] [--rows 2000] [--set epochs=4 hidden-size=32 ...]

Each way to break a training is a line of the table, each first verdict a column. A broken training whose validation
loss gains at least 70% of what the sound ones gain over chance was not broken by it, and is counted as sound. Runs
that stand in DIR already are not trained again. The exit code is 1 when less than --least of the verdicts name the
cause, or "all is well" is said of a broken one.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

WELL = "all is well"
SOUND = "nothing"
# A sound training that goes on for long may get either verdict.
MILD = {WELL, "overfitting"}
STILL_SOUND = 0.7


@dataclass(frozen=True)
class Way:
    """A way to train: what is wrong with it, and the settings that make it so."""

    name: str
    cause: str  # the verdict that names it; SOUND: nothing is wrong
    settings: dict[str, str]
    rows: int = 0  # so many of the file; 0: all
    shuffled: bool = False  # the labels, among the rows


def ways_of(task: str) -> list[Way]:
    layers, dropouts = ("layers", ["dropout", "embedding-dropout", "word-dropout"]) if task == "text" else (
        "hidden-sizes", ["dropout", "input-dropout"])  # fmt: skip
    deep = {layers: "8"} if task == "text" else {layers: ",".join(["32"] * 8)}
    two = {layers: "2"} if task == "text" else {layers: "32,32"}
    heavy = {name: "0.9" for name in dropouts}
    none = {name: "0" for name in dropouts}
    too_low, too_high = "learning rate too low", "learning rate too high"
    return [
        Way("as it should be", SOUND, {}),
        Way("rate 0.0005", too_low, {"learning-rate": "0.0005"}),
        Way("rate 0.005", SOUND, {"learning-rate": "0.005"}),
        Way("no clipping", SOUND, {"clip-norm": "0"}),
        Way("two layers", SOUND, two),
        Way("no dropout", SOUND, none),
        Way("rate 0.000001", too_low, {"learning-rate": "0.000001"}),
        Way("rate 0.00001", too_low, {"learning-rate": "0.00001"}),
        Way("rate 0.2", too_high, {"learning-rate": "0.2"}),
        Way("rate 1", too_high, {"learning-rate": "1"}),
        Way("rate 1, no clipping", too_high, {"learning-rate": "1", "clip-norm": "0"}),
        Way("dropout 0.9", "too much dropout", heavy),
        Way("eight layers", "too many layers", deep),
        Way("shuffled labels", "nothing to learn", {}, shuffled=True),
        Way("20 rows", "too few samples", {}, rows=20),
    ]


@dataclass
class Samples:
    """A file's samples, each a label and what is written beside it."""

    labels: list[str]
    rest: list[list[str]]
    head: list[str]  # a CSV file's columns, or the lines before the data of a .ts file

    @classmethod
    def read(cls, source: Path, label: str) -> Samples:
        if source.suffix == ".ts":
            lines = source.read_text(encoding="utf-8").splitlines()
            begin = 1 + next(i for i, line in enumerate(lines) if line.lower().startswith("@data"))
            parts = [line.rpartition(":") for line in lines[begin:] if line.strip()]
            return cls([name for _, _, name in parts], [[series] for series, _, _ in parts], lines[:begin])
        with source.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            table = list(reader)
        columns = [name for name in reader.fieldnames or [] if name != label]
        return cls([row[label] for row in table], [[row[c] for c in columns] for row in table], [label, *columns])

    def write(self, target: Path) -> None:
        with target.open("w", encoding="utf-8", newline="") as file:
            if target.suffix == ".ts":
                lines = self.head + [f"{series}:{name}" for name, (series,) in zip(self.labels, self.rest)]
                file.write("\n".join(lines) + "\n")
            else:
                rows = ([name, *rest] for name, rest in zip(self.labels, self.rest))
                csv.writer(file).writerows([self.head, *rows])


def write_rows(source: Path, way: Way, rows: int, label: str, seed: int, target: Path) -> None:
    samples = Samples.read(source, label)
    chance = random.Random(seed)
    order = list(range(len(samples.labels)))
    chance.shuffle(order)
    order = order[: way.rows or rows or len(order)]
    labels = [samples.labels[i] for i in order]
    if way.shuffled:
        chance.shuffle(labels)
    Samples(labels, [samples.rest[i] for i in order], samples.head).write(target)


@dataclass
class Outcome:
    way: Way
    verdict: str
    gain: float  # of the validation loss over that of chance, as a share of the latter


def outcome(mnemo: Path, way: Way, run: Path) -> Outcome:
    meta = json.loads((run / "meta.json").read_text(encoding="utf-8"))
    said = subprocess.run([mnemo, "diagnose", run, "--json"], capture_output=True, text=True, check=True)
    findings = json.loads(said.stdout)["findings"]
    loss, chance = meta.get("result", {}).get("valid_loss", float("inf")), meta["chance_loss"]
    return Outcome(way, findings[0]["finding"] if findings else WELL, 1.0 - loss / chance)


def train(arguments: argparse.Namespace, way: Way, seed: int) -> Outcome:
    name = f"{way.name.replace(' ', '-').replace(',', '')}-{seed}"
    run, data = arguments.out / name, arguments.out / f"{name}{arguments.data.suffix}"
    if not (run / "meta.json").exists():
        write_rows(arguments.data, way, arguments.rows, arguments.label, seed, data)
        settings = dict(part.split("=", 1) for part in arguments.set) | way.settings
        command = [str(arguments.mnemo), "train", arguments.task, "--train", str(data), "--out", str(run),
                   "--diagnose", "--diagnose-every=10", "--quiet", "--report=false", "--threads=1",
                   f"--seed={seed}", "--overwrite"]  # fmt: skip
        if data.suffix == ".csv":
            command.append(f"--label-column={arguments.label}")
        if arguments.task == "text":
            command.append("--ngrams=0")
        command += [f"--{option}={value}" for option, value in settings.items()]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
        if not (run / "meta.json").exists():
            sys.exit(f"diagnosis_grid.py: {' '.join(command)}\n{done.stderr}")
    return outcome(arguments.mnemo, way, run)


def true_causes(outcomes: list[Outcome]) -> list[str]:
    """What was wrong with each: its way, unless that did no harm."""
    sound = statistics.median(one.gain for one in outcomes if one.way.cause == SOUND)
    return [
        SOUND if one.gain >= STILL_SOUND * sound and one.way.cause != "too few samples" else one.way.cause
        for one in outcomes
    ]


def is_right(cause: str, verdict: str) -> bool:
    return verdict in MILD if cause == SOUND else verdict == cause


def table_of(outcomes: list[Outcome], causes: list[str]) -> str:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for one, cause in zip(outcomes, causes):
        counts.setdefault((one.way.name, cause), Counter())[one.verdict] += 1
    verdicts = sorted({one.verdict for one in outcomes}, key=lambda name: (name not in MILD, name))
    lines = ["| trained with | wrong was | " + " | ".join(verdicts) + " |", "|---" * (len(verdicts) + 2) + "|"]
    for (name, cause), found in counts.items():
        cells = [f"**{found[v]}**" if found[v] and is_right(cause, v) else str(found[v] or "") for v in verdicts]
        lines.append(f"| {name} | {cause} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="A table of causes against first verdicts.")
    parser.add_argument("task", choices=["text", "series"])
    parser.add_argument("data", type=Path, help="CSV file, of series a series a row; or of series a .ts file")
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs")
    parser.add_argument("--seeds", default="1", help="joined by commas (%(default)s)")
    parser.add_argument("--rows", type=int, default=0, help="of the file, drawn by each seed; 0: all (%(default)s)")
    parser.add_argument("--label", default="label", help="column of the label (%(default)s)")
    parser.add_argument("--ways", default="", help="names of those to train, joined by |; all")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings of all trainings")
    parser.add_argument("--jobs", type=int, default=1, help="trainings side by side (%(default)s)")
    parser.add_argument("--least", type=float, default=0.9, help="share of right verdicts (%(default)s)")
    parser.add_argument("--mnemo", type=Path, default=Path(__file__).resolve().parents[1] / "build/release/mnemo")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    wanted = arguments.ways.split("|") if arguments.ways else [way.name for way in ways_of(arguments.task)]
    ways = [way for way in ways_of(arguments.task) if way.name in wanted]
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        grid = [(way, seed) for seed in seeds for way in ways]
        outcomes = list(pool.map(lambda one: train(arguments, *one), grid))
    causes = true_causes(outcomes)
    right = [is_right(cause, one.verdict) for cause, one in zip(causes, outcomes)]
    flattered = [one.way.name for cause, one in zip(causes, outcomes) if cause != SOUND and one.verdict == WELL]
    print(table_of(outcomes, causes))
    print(f"\n{sum(right)} of {len(right)} first verdicts name the cause ({100 * sum(right) / len(right):.0f}%)")
    if flattered:
        print(f'"{WELL}" was said of: {", ".join(flattered)}')
    return 0 if sum(right) >= arguments.least * len(right) and not flattered else 1


if __name__ == "__main__":
    sys.exit(main())
