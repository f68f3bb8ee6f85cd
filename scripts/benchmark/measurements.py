"""What was measured: figures with their units, and the collection of all of them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Unit:
    name: str
    higher_is_better: bool
    digits: int = 0

    def format(self, value: float) -> str:
        return f"{value:,.{self.digits}f} {self.name}"

    def better(self, ours: float, theirs: float) -> float:
        """How many times better `ours` is than `theirs`."""
        return ours / theirs if self.higher_is_better else theirs / ours


STOCK = ("PyTorch", "ONNX Runtime", "Keras")  # how the names of all others begin

MILLISECONDS = Unit("ms", higher_is_better=False, digits=2)
SECONDS = Unit("s", higher_is_better=False, digits=1)
MEGABYTES = Unit("MB", higher_is_better=False)
GFLOPS = Unit("GFLOP/s", higher_is_better=True, digits=1)
TOKENS_PER_SECOND = Unit("tokens/s", higher_is_better=True)
TEXTS_PER_SECOND = Unit("texts/s", higher_is_better=True)
ACCURACY = Unit("accuracy", higher_is_better=True, digits=4)


@dataclass
class Measurement:
    """One contender at one work. `rounds` holds a figure a round, `samples` what each was made of."""

    work: str
    contender: str
    unit: Unit
    rounds: list[float] = field(default_factory=list)
    samples: list[list[float]] = field(default_factory=list)
    failure: str = ""  # why there are no rounds

    @property
    def figure(self) -> float:
        return statistics.median(self.rounds)


@dataclass
class Results:
    measurements: list[Measurement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)  # experiment -> why
    # The same of what nobody expects here, by the contender's name or how it begins.
    left_out: dict[str, str] = field(default_factory=dict)

    def note(self, text: str) -> None:
        self.notes.append(text)
        print(f"  note: {text}", flush=True)

    def fail(self, work: str, contender: str, unit: Unit, why: str) -> None:
        """A contender that did not come to run."""
        self.measurements.append(Measurement(work, contender, unit, failure=why))
        self.note(f"{work}: {contender} failed: {why}")

    def matching(self, work: str, pattern: str) -> Iterator[Measurement]:
        return (m for m in self.measurements if m.work == work and fnmatchcase(m.contender, pattern))

    def best(self, work: str, pattern: str) -> Measurement | None:
        """The best of the contenders whose names match; a failed one if none of them came through."""
        found = list(self.matching(work, pattern))
        done = [m for m in found if m.rounds]
        if not done:
            return found[0] if found else None
        pick = max if done[0].unit.higher_is_better else min
        return pick(done, key=lambda m: m.figure)

    def best_stock(self, work: str) -> Measurement | None:
        """The best of those that are neither mnemo nor a bare matrix product or a requirement."""
        stock = Results([m for m in self.measurements if m.contender.startswith(STOCK)])
        found = stock.best(work, "*")
        return found if found and found.rounds else None
