#!/usr/bin/env python3
"""Measures `mnemo tune` against random search and against Optuna, all at an equal budget of time.

    tune_against.py TASK --mnemo BINARY --train FILE [--test FILE] --out DIR [--budget 5m] [--runs 3]
                    [--methods mnemo,random,optuna] [--workers N] [-- further options of `mnemo train`]

Run it on an idle machine. The searches take turns (mnemo, random, optuna, mnemo, ...); run r has seed r. All choose
from the space that `mnemo tune TASK --train FILE --print-space` prints, hold out the same rows, try the settings as
given first, begin with an empty cache, and train by `mnemo train`:

- mnemo: `mnemo tune` as it is. It decides by itself how many trainings run side by side, unless --workers says so.
- random: uniform draws (of the logarithm where the space says so), each trained to its end.
- optuna: TPESampler (multivariate, with constant liar) and HyperbandPruner, the pair that Optuna's documentation
  ("Which Sampler and Pruner Should be Used?") calls the best for TPE. It is told the number of epochs, and after each
  epoch the lowest validation loss so far; the training of a pruned trial is stopped.
- optuna-halving: the same with SuccessiveHalvingPruner, which needs fewer trials to get going.

The figure is the lowest validation loss at the deadline: of every training that has not failed, finished or not; of
`mnemo tune` also what its journal has by then of paused trainings, with what would join them, since it keeps those
models. What an overtime of `mnemo tune` finds does not count. With --test the best run is measured on that file, too;
of a forecaster's own training file `mnemo evaluate` takes the test part.

Every finished search is a line of DIR/journal.jsonl: the same command after an interruption goes on with those that
are missing, and more --runs or --methods only add some. Delete lines to repeat them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tune_choosers import Chooser, OptunaChooser, RandomChooser
from tune_knobs import Knob, Settings
from tune_outcomes import Journal, Outcome, describe, notes, summarize, table
from tune_runs import Failure, Processes, Trial, last_line, lowest, read_meta, validation_losses
from workers import machine_busy_seconds

CORES = len(os.sched_getaffinity(0))
PAUSE_SECONDS = 0.1
LONGEST_OVERTIME = 600.0  # of `mnemo tune`
HOPELESS_FAILURES = 8  # as many trials failed, and none did not
OWN_OPTIONS = {"train", "out", "overwrite", "resume", "quiet", "report", "seed", "threads", "config", "pause-after",
               "stop-after"}  # fmt: skip
TEST_FIGURES = ("accuracy", "scaled_mse", "mse")  # the first that `mnemo evaluate` answers
SEARCH_RUN = "search"


class Interrupts:
    """Ctrl-C and SIGTERM, which are only looked at where no process can get lost."""

    def __init__(self) -> None:
        self.signal = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.note)

    def note(self, number: int, _: object) -> None:
        self.signal = number

    def check(self) -> None:
        if self.signal:
            raise SystemExit(128 + self.signal)


class Mnemo:
    """The program, and the options that all trainings have in common."""

    def __init__(self, arguments: argparse.Namespace, options: Sequence[str]) -> None:
        self.program, self.task, self.train = arguments.mnemo.resolve(), arguments.task, arguments.train.resolve()
        self.options = list(options)
        given = option_names(options)
        if own := sorted(OWN_OPTIONS & given):
            raise Failure(f"--{own[0]} is set by the searches; leave it out")
        if self.task == "series" and not {"valid", "valid-share"} & given:
            self.options.append("--valid-share=0.2")  # as `mnemo tune` does
        if self.task in ("text", "series") and "split-seed" not in given:
            self.options.append("--split-seed=1")

    def tune_command(self, out: Path, *more: str) -> list[str]:
        head = [str(self.program), "tune", self.task, "--train", str(self.train), "--out", str(out)]
        return [*head, *more, *self.options]

    def train_command(self, out: Path, seed: int, threads: int, settings: Settings) -> list[str]:
        head = [str(self.program), "train", self.task, "--train", str(self.train), "--out", str(out)]
        head += ["--quiet", "--report=false", "--overwrite", f"--seed={seed}", f"--threads={threads}"]
        chosen = [f"--{name}={value}" for name, value in settings.items()]
        return [*head, *without(self.options, settings), *chosen]

    def ask(self, *command: str) -> str:
        """What it prints."""
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", start_new_session=True
        )
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines()
            raise Failure(lines[-1] if lines else f"{' '.join(command[:3])} ended with status {done.returncode}")
        return done.stdout

    def space(self) -> list[Knob]:
        printed = self.ask(*self.tune_command(Path("unused"), "--print-space"))
        return [Knob.parse(line) for line in printed.splitlines() if line.strip()]

    def start(self) -> Settings:
        """The settings as given."""
        printed = self.ask(*self.train_command(Path("unused"), 1, 1, {}), "--print-config")
        pairs = (line.partition("=") for line in printed.splitlines())
        return {name.strip(): value.strip() for name, equals, value in pairs if equals}

    def evaluate(self, run: Path, data: Path) -> tuple[str, float]:
        answer = json.loads(self.ask(str(self.program), "evaluate", str(run), "--data", str(data), "--json"))
        for name in TEST_FIGURES:
            if name in answer:
                return name, float(answer[name])
        raise Failure(f"mnemo evaluate answers none of {', '.join(TEST_FIGURES)}")

    def fingerprint(self) -> str:
        return hashlib.sha256(self.program.read_bytes()).hexdigest()[:12]


def option_names(options: Sequence[str]) -> set[str]:
    return {option[2:].partition("=")[0] for option in options if option.startswith("--")}


def without(options: Sequence[str], names: Settings) -> list[str]:
    """The options but those of these names, whose values may be words of their own."""
    kept, is_dropped = [], False
    for option in options:
        if option.startswith("--"):
            is_dropped = option[2:].partition("=")[0] in names
        if not is_dropped:
            kept.append(option)
    return kept


class Search:
    """One method's search with one seed, in a folder of its own."""

    def __init__(self, bench: Bench, method: str, seed: int) -> None:
        self.bench, self.mnemo, self.method, self.seed = bench, bench.mnemo, method, seed
        self.folder = bench.out / f"{method}-{seed}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def run(self) -> Outcome:
        busy, own, start = machine_busy_seconds(), own_cpu_seconds(), time.monotonic()
        with Processes(self.folder / "cache") as processes:
            outcome, best = (self.run_tune if self.method == "mnemo" else self.run_trials)(processes)
        outcome.seconds = time.monotonic() - start
        foreign = (machine_busy_seconds() - busy) - (own_cpu_seconds() - own)
        outcome.foreign_share = max(0.0, foreign / outcome.seconds / (os.cpu_count() or 1))
        self.bench.interrupts.check()
        if best is not None and self.bench.test is not None:
            outcome.test_name, outcome.test = self.mnemo.evaluate(best, self.bench.test)
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        return outcome

    def until(self, end: float, is_over: Callable[[], bool]) -> None:
        while time.monotonic() < end and not is_over():
            self.bench.interrupts.check()
            time.sleep(PAUSE_SECONDS)

    def run_tune(self, processes: Processes) -> tuple[Outcome, Path | None]:
        out, log = self.folder / SEARCH_RUN, self.folder / "tune.log"
        budget = ["--budget", self.bench.budget_text, "--seed", str(self.seed), "--quiet"]
        if self.bench.has_fixed_workers:
            budget += ["--jobs", str(self.bench.workers)]
        deadline = time.monotonic() + self.bench.budget
        process = processes.start(self.mnemo.tune_command(out, *budget), log)
        self.until(deadline, lambda: process.poll() is not None)
        losses, kept, failed = losses_of_trials(out)
        self.until(deadline + LONGEST_OVERTIME, lambda: process.poll() is not None)
        if process.poll() is None:
            raise Failure(f"mnemo tune went on for {LONGEST_OVERTIME:.0f} s after its budget")
        if process.returncode != 0:
            if not any(losses) and not read_meta(out):  # the budget was too short
                print(f"  {last_line(log)}", flush=True)
                return self.outcome(losses, failed, kept), None
            raise Failure(f"mnemo tune ended with status {process.returncode}: {last_line(log)}")
        outcome = self.outcome(losses, failed, kept)
        outcome.final_valid_loss = read_meta(out)["result"]["valid_loss"]
        return outcome, out

    def outcome(self, losses: list[list[float]], failed: int, kept: Sequence[float] = ()) -> Outcome:
        """Of trials with these losses each; `kept`: of models that something has joined."""
        every = [loss for trial in losses for loss in trial]
        best = lowest([*every, *kept])
        return Outcome(self.method, self.seed, best if math.isfinite(best) else None, len(losses), failed, len(every),
                       0.0, self.mnemo.fingerprint())  # fmt: skip

    def run_trials(self, processes: Processes) -> tuple[Outcome, Path | None]:
        begin = time.monotonic()
        chooser, trials = self.chooser(), list[Trial]()
        while time.monotonic() < begin + self.bench.budget:
            self.bench.interrupts.check()
            for trial in trials:
                if trial.ended is None:
                    self.look_at(trial, chooser, begin)
            if len(trials) == HOPELESS_FAILURES and all(trial.failure for trial in trials):
                raise Failure(f"all trials fail: {trials[-1].failure}")
            while sum(trial.ended is None for trial in trials) < self.bench.workers:
                settings, handle = chooser.propose(is_first=not trials)
                run = self.folder / f"{len(trials) + 1:04}"
                command = self.mnemo.train_command(run, self.seed, self.bench.threads, settings)
                process = processes.start(command, run.with_suffix(".log"))
                trials.append(Trial(run, settings, process, handle, time.monotonic() - begin))
            time.sleep(PAUSE_SECONDS)
        for trial in trials:
            if trial.ended is None:
                trial.losses = validation_losses(trial.run) or trial.losses
        processes.stop()
        (self.folder / "trials.json").write_text(json.dumps([trial.facts() for trial in trials], indent=1))
        best = min(trials, key=lambda trial: trial.best)
        for trial in trials:
            if trial is not best:
                shutil.rmtree(trial.run, ignore_errors=True)  # its weights
        losses = [[] if trial.failure else trial.losses for trial in trials]
        outcome = self.outcome(losses, sum(bool(trial.failure) for trial in trials))
        return outcome, best.run if outcome.valid_loss is not None else None

    def chooser(self) -> Chooser:
        if self.method == "random":
            return RandomChooser(self.bench.space, self.seed)
        pruner = "halving" if self.method == "optuna-halving" else "hyperband"
        return OptunaChooser(self.bench.space, self.bench.start, self.bench.epochs, self.seed, pruner)

    def look_at(self, trial: Trial, chooser: Chooser, begin: float) -> None:
        code = trial.process.poll()  # before its figures are read: those of an ended one are then its last
        before = len(trial.losses)
        trial.losses = validation_losses(trial.run) or trial.losses
        is_stopped = trial.is_pruned
        if code is not None:
            trial.ended = time.monotonic() - begin
            if code != 0 and not is_stopped:
                trial.failure = last_line(trial.run.with_suffix(".log")) or f"it ended with status {code}"
        if is_stopped or trial.failure:
            pass
        elif len(trial.losses) > before and chooser.wants_to_prune(trial, before):
            if code is None:
                trial.is_pruned = True
                trial.process.terminate()
        if not is_stopped and (trial.is_pruned or trial.ended is not None):
            chooser.tell(trial)


def losses_of_trials(search: Path) -> tuple[list[list[float]], list[float], int]:
    """Of a search of `mnemo tune`: each trial's losses, of a failed one none; those of the models that its journal
    tells of; and how many failed."""
    try:
        lines = (search / "tune.jsonl").read_text().splitlines(keepends=True)
    except OSError:
        return [], [], 0
    events = [json.loads(line) for line in lines if line.endswith("\n")]
    failed = {event["trial"] for event in events if event["event"] == "failed"}
    numbers = [event["trial"] for event in events if event["event"] == "trial"]
    kept = [event["loss"] for event in events if event["event"] == "result" and event["trial"] not in failed]
    losses = [[] if n in failed else validation_losses(search / "trials" / f"{n:04}") for n in numbers]
    return losses, kept, len(failed)


def own_cpu_seconds() -> float:
    """Of this process and of all that have ended below it."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Bench:
    """What all searches have in common."""

    def __init__(self, arguments: argparse.Namespace, options: Sequence[str], interrupts: Interrupts) -> None:
        self.interrupts = interrupts
        self.mnemo = Mnemo(arguments, options)
        self.out, self.test = arguments.out.resolve(), arguments.test.resolve() if arguments.test else None
        self.budget_text, self.budget = arguments.budget, seconds_of(arguments.budget)
        self.has_fixed_workers, self.workers = arguments.workers is not None, arguments.workers or CORES
        self.threads = 1 if self.workers > 1 else CORES  # as `mnemo tune` does
        self.methods, self.runs = arguments.methods, arguments.runs
        self.space, self.start = self.mnemo.space(), self.mnemo.start()
        self.out.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(self.out / "journal.jsonl", self.identity())
        self.epochs = 0

    def identity(self) -> dict[str, Any]:
        """What makes figures comparable."""
        data = {name: str(path) for name, path in (("train", self.mnemo.train), ("test", self.test)) if path}
        space = [asdict(knob) | {"values": list(knob.values)} for knob in self.space]
        same = {"task": self.mnemo.task, "options": self.mnemo.options, "budget": self.budget, "space": space}
        return same | data | {"workers": self.workers if self.has_fixed_workers else 0, "cores": CORES}

    def measure(self) -> None:
        missing = [(method, seed) for seed in range(1, self.runs + 1) for method in self.methods
                   if self.journal.find(method, seed) is None]  # fmt: skip
        if missing:
            self.epochs = self.planned_epochs()
        for method, seed in missing:
            print(f"{method}, seed {seed} ...", flush=True)
            outcome = Search(self, method, seed).run()
            self.journal.add(outcome)
            print(f"  {describe(outcome)}", flush=True)

    def planned_epochs(self) -> int:
        """Those of the settings as given, by a training that is stopped as soon as it says so; outside all budgets."""
        if any(method.startswith("optuna") for method in self.methods):
            import optuna  # noqa: F401  (rather now than after the others' searches)
        run, log = self.out / "first", self.out / "first.log"
        with Processes(self.out / "first-cache") as processes:
            process = processes.start(self.mnemo.train_command(run, 1, CORES, {}), log)
            while "epochs" not in read_meta(run) and process.poll() is None:
                self.interrupts.check()
                time.sleep(PAUSE_SECONDS)
        meta = read_meta(run)
        if "epochs" not in meta:
            raise Failure(f"the settings as given do not train: {last_line(log)}")
        for folder in (run, self.out / "first-cache"):
            shutil.rmtree(folder, ignore_errors=True)
        log.unlink()
        return int(meta["epochs"])

    def outcomes(self) -> list[Outcome]:
        found = (self.journal.find(method, seed) for method in self.methods for seed in range(1, self.runs + 1))
        return [outcome for outcome in found if outcome is not None]


def seconds_of(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(s|m|h)", text)
    if not found or float(found[1]) == 0:
        raise Failure(f"--budget {text}: expected a time, as in 30s, 5m or 1h")
    return float(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


def method_list(text: str) -> list[str]:
    known = ("mnemo", "random", "optuna", "optuna-halving")
    methods = list(dict.fromkeys(text.split(",")))
    if unknown := [method for method in methods if method not in known]:
        raise argparse.ArgumentTypeError(f"{unknown[0]}: expected some of {', '.join(known)}, joined by commas")
    return methods


def positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a number above 0")
    return number


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("text", "series", "forecast"), metavar="TASK", help="text, series or forecast")
    parser.add_argument("--mnemo", type=Path, required=True, help="the program")
    parser.add_argument("--train", type=Path, required=True, help="what every training reads")
    parser.add_argument("--test", type=Path, help="file that the best run of every search is measured on")
    parser.add_argument("--out", type=Path, required=True, help="folder for the journal, the runs and results.json")
    parser.add_argument("--budget", default="5m", help="time of each search (default: 5m)")
    parser.add_argument("--runs", type=positive, default=3, help="searches of each method (default: 3)")
    parser.add_argument("--methods", type=method_list, default=method_list("mnemo,random,optuna"),
                        help="mnemo, random, optuna, optuna-halving (default: the first three)")  # fmt: skip
    parser.add_argument("--workers", type=positive,
                        help="trainings side by side, on one thread each if several (default: the cores)")  # fmt: skip
    return parser.parse_args(words)


def main() -> int:
    words = sys.argv[1:]
    place = words.index("--") if "--" in words else len(words)
    arguments = parse(words[:place])
    try:
        bench = Bench(arguments, words[place + 1 :], Interrupts())
        bench.measure()
    except Failure as error:
        print(f"tune_against.py: {error}", file=sys.stderr)
        return 1
    outcomes = bench.outcomes()
    warnings = notes(outcomes)
    results = {"runs": [asdict(outcome) for outcome in outcomes], "medians": summarize(outcomes), "notes": warnings}
    (bench.out / "results.json").write_text(json.dumps(bench.identity() | results, indent=2) + "\n")
    print("\n" + table(outcomes))
    for note in warnings:
        print(f"\nNote: {note}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
