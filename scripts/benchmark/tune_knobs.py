"""The knobs of a search, as `mnemo tune --print-space` prints them."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from typing import Any

Settings = dict[str, str]


@dataclass(frozen=True)
class Knob:
    """A line of the space: one of `values`, or a number in a range."""

    name: str
    values: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 1.0
    is_whole: bool = False
    is_log: bool = False

    @staticmethod
    def parse(line: str) -> Knob:
        name, _, text = (part.strip() for part in line.partition("="))
        found = re.fullmatch(r"(\S+?)\.\.(\S+)(\s+log)?", text)
        if not found:
            return Knob(name, tuple(value.strip() for value in text.split("|")))
        least, most, log = found.groups()
        is_whole = all(re.fullmatch(r"-?\d+", end) for end in (least, most))
        return Knob(name, (), float(least), float(most), is_whole, log is not None)

    def draw(self, generator: random.Random) -> str:
        if self.values:
            return generator.choice(self.values)
        if not self.is_log:
            whole = self.is_whole
            number = generator.randint(int(self.least), int(self.most)) if whole else generator.uniform(*self.ends)
            return self.written(number)
        return self.written(math.exp(generator.uniform(*map(math.log, self.ends))))

    def suggest(self, trial: Any) -> str:
        """What a trial of Optuna has there."""
        if self.values:
            return trial.suggest_categorical(self.name, self.values)
        if self.is_whole:
            return self.written(trial.suggest_int(self.name, int(self.least), int(self.most), log=self.is_log))
        return self.written(trial.suggest_float(self.name, *self.ends, log=self.is_log))

    def nearest(self, value: str) -> str | float | int:
        """The value for Optuna that comes next to a setting; to one beside the space, as "auto", one in the middle."""
        if self.values:
            return value if value in self.values else self.values[len(self.values) // 2]
        try:
            number = min(max(float(value), self.least), self.most)
        except ValueError:
            number = math.sqrt(self.least * self.most) if self.is_log else (self.least + self.most) / 2
        return round(number) if self.is_whole else number

    @property
    def ends(self) -> tuple[float, float]:
        return self.least, self.most

    def written(self, number: float) -> str:
        return str(round(number)) if self.is_whole else f"{number:.3g}"  # as mnemo does
