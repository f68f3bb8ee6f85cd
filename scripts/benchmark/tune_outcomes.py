"""What the searches have found: the journal, the tables, and what may be wrong with them."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tune_runs import Failure
from workers import FOREIGN_SHARE


@dataclass
class Outcome:
    """What a search has found."""

    method: str
    seed: int
    valid_loss: float | None  # at the deadline; None: nothing was validated
    trials: int
    failed: int
    epochs: int  # of all trials
    seconds: float  # until its last process had ended
    program: str
    test_name: str = ""
    test: float | None = None
    final_valid_loss: float | None = None  # of `mnemo tune`, after its overtime
    foreign_share: float = 0.0  # of the machine, taken by other processes meanwhile


class Journal:
    """The finished searches, a line each after a first one that says what they have in common."""

    def __init__(self, path: Path, identity: dict[str, Any]) -> None:
        self.path = path
        whole = path.read_text().rpartition("\n")[0] if path.exists() else ""  # a line that was cut off is no line
        lines = [json.loads(line) for line in whole.splitlines()]
        if lines and lines[0] != identity:
            other = sorted(name for name in {*lines[0], *identity} if lines[0].get(name) != identity.get(name))
            raise Failure(f"{path}: begun with another {', '.join(other)}; name another --out")
        self.outcomes = [Outcome(**line) for line in lines[1:]]
        self.write(identity)

    def write(self, identity: dict[str, Any]) -> None:
        lines = [identity, *map(asdict, self.outcomes)]
        new = self.path.with_suffix(".new")
        new.write_text("".join(json.dumps(line) + "\n" for line in lines))
        new.replace(self.path)

    def find(self, method: str, seed: int) -> Outcome | None:
        return next((o for o in self.outcomes if (o.method, o.seed) == (method, seed)), None)

    def add(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        with self.path.open("a") as file:
            file.write(json.dumps(asdict(outcome)) + "\n")


def describe(outcome: Outcome) -> str:
    loss = "nothing validated" if outcome.valid_loss is None else f"validation loss {outcome.valid_loss:.4f}"
    test = "" if outcome.test is None else f", {outcome.test_name} {outcome.test:.4f}"
    return f"{loss}{test}; {outcome.trials} trials, {outcome.failed} failed; {outcome.seconds:.0f} s"


def median(numbers: Sequence[float | None]) -> float:
    """With nothing as the worst."""
    return statistics.median(math.inf if number is None else number for number in numbers)


def summarize(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The medians of each method."""
    rows = []
    for method in dict.fromkeys(outcome.method for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.method == method]
        tests = [outcome.test for outcome in own if outcome.test is not None]
        loss = median([outcome.valid_loss for outcome in own])
        rows.append({"method": method, "runs": len(own), "valid_loss": loss if math.isfinite(loss) else None,
                     "test": statistics.median(tests) if tests else None,
                     "trials": statistics.median(outcome.trials for outcome in own),
                     "epochs": statistics.median(outcome.epochs for outcome in own)})  # fmt: skip
    return rows


def figure(number: float | None) -> str:
    return "none" if number is None else f"{number:.4f}"


def table(outcomes: Sequence[Outcome]) -> str:
    """All runs, then the medians, in Markdown."""
    test = next((outcome.test_name for outcome in outcomes if outcome.test_name), "")
    column, rule = (f" test {test} |", "---|") if test else ("", "")

    def tested(number: float | None) -> str:
        return f" {figure(number)} |" if test else ""

    lines = [f"| method | seed | validation loss |{column} trials | failed | epochs | seconds |",
             f"|---|---|---|{rule}---|---|---|---|"]  # fmt: skip
    lines += [f"| {o.method} | {o.seed} | {figure(o.valid_loss)} |{tested(o.test)} {o.trials} | {o.failed} | "
              f"{o.epochs} | {o.seconds:.0f} |" for o in outcomes]  # fmt: skip
    lines += ["", f"| median | runs | validation loss |{column} trials | epochs |", f"|---|---|---|{rule}---|---|"]
    lines += [f"| {row['method']} | {row['runs']} | {figure(row['valid_loss'])} |{tested(row['test'])} "
              f"{row['trials']:g} | {row['epochs']:g} |" for row in summarize(outcomes)]  # fmt: skip
    return "\n".join(lines)


def notes(outcomes: Sequence[Outcome]) -> list[str]:
    """What may be wrong with the figures."""
    found = [f"{o.method}, seed {o.seed}: other processes took {o.foreign_share:.0%} of the machine meanwhile"
             for o in outcomes if o.foreign_share > FOREIGN_SHARE]  # fmt: skip
    found += [f"mnemo, seed {o.seed}: overtime came to a validation loss of {figure(o.final_valid_loss)}, which does "
              "not count; the test figure is of that model" for o in outcomes
              if o.final_valid_loss is not None and o.final_valid_loss != o.valid_loss]  # fmt: skip
    if len({outcome.program for outcome in outcomes}) > 1:
        found.append("the runs are of different builds of mnemo")
    return found
