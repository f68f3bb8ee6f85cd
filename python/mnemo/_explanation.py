"""Why a model answers as it does."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Explanation:
    """What each word of a text, or each value of a series, adds to an answer.

    Attributes
    ----------
    answer : str
        The label or target that is explained.
    parts : list of str
        The words of a text, or the features of a series.
    contributions : ndarray
        (parts) of a text, (steps, features) of numbers. In log-odds of a label, else in the units of the target.
    probability : float or None
        Of a label.
    score, baseline : float or None
        Log-odds of a label, or the target: of the input, and of one that says nothing.
    error : float or None
        What the contributions lack of ``score - baseline``, as a share of it. Above 0.01 they are not to be taken for
        what they claim to be.
    name : str
        Which series, or which part of a forecast; empty of a text.
    times : list of str
        (steps) of forecasts whose rows have times.
    """

    answer: str
    parts: list[str]
    contributions: np.ndarray
    probability: float | None = None
    score: float | None = None
    baseline: float | None = None
    error: float | None = None
    name: str = ""
    times: list[str] = field(default_factory=list)
    first_step: int = 1

    @classmethod
    def of(cls, found: Any, is_text: bool) -> Explanation:
        numbers = found.contributions
        return cls(
            answer=found.answer,
            parts=list(found.parts),
            probability=found.probability,
            score=found.score,
            contributions=numbers if is_text else numbers.reshape(-1, max(1, len(found.parts))),
            baseline=found.baseline,
            error=found.error,
            name=found.name,
            times=list(found.times),
            first_step=found.first_step,
        )

    @property
    def is_text(self) -> bool:
        return self.contributions.ndim == 1

    def __str__(self) -> str:
        head = self.answer if self.probability is None else f"{self.answer} {self.probability:.4f}"
        if not self.is_text:
            return f"{head}: {len(self.contributions)} steps of {', '.join(self.parts)}"
        order = np.argsort(-np.abs(self.contributions), kind="stable")[:10]
        return head + "".join(f"\n{self.contributions[i]:+.3f}  {self.parts[i]}" for i in order)

    def _repr_html_(self) -> str:
        head = html.escape(self.answer) + ("" if self.probability is None else f" {self.probability:.3f}")
        most = float(np.abs(self.contributions).max(initial=0.0)) or 1.0
        if self.is_text:
            words = " ".join(cell(word, number / most) for word, number in zip(self.parts, self.contributions))
            return f"<p><b>{head}</b></p><p style='line-height:1.8'>{words}</p>"
        return f"<p><b>{head}</b></p><table>{self._rows(most)}</table>"

    def _rows(self, most: float) -> str:
        """A row a feature, a cell a step."""
        return "".join(
            f"<tr><th>{html.escape(name)}</th>"
            + "".join(f"<td style='{colour(number / most)};width:4px' title='{number:.4g}'></td>" for number in column)
            + "</tr>"
            for name, column in zip(self.parts, self.contributions.T)
        )


def cell(word: str, share: float) -> str:
    return f"<span style='{colour(share)};padding:2px' title='{share:+.2f}'>{html.escape(word)}</span>"


def colour(share: float) -> str:
    """Blue speaks for the answer, orange against it."""
    return f"background:rgba({'30,120,220' if share > 0 else '230,120,20'},{min(abs(share), 1.0):.2f})"
