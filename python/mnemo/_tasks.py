"""What the library does with the models of each task: a row a task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import _texts_and_labels as data
from ._library import library


@dataclass(frozen=True)
class TaskWays:
    """A forecaster has no ways with data that are no rows of a table: its are ``None``.

    Both ways to answer return numbers or probabilities, and of texts that have any number of labels those that each
    has.
    """

    model: Any  # the library's class
    answer: Callable[[Any, Any], Any] | None = None  # (model, data in memory)
    answer_file: Callable[[Any, Any, Any], Any] | None = None  # (model, file, DataOptions)
    explain: Callable[[Any, Any, Any], Any] | None = None  # (explainer, data in memory, ExplanationOptions)
    explains_words: bool = False  # which have one number each


TASKS = {
    "text": TaskWays(
        library.Classifier,
        answer=lambda model, texts: model.classify(data.read_texts(texts)),
        answer_file=lambda model, file, options: model.classify_file(file, options),
        explain=lambda explainer, text, how: explainer.explain_text(text, how),
        explains_words=True,
    ),
    "series": TaskWays(
        library.SeriesModel,
        answer=lambda model, series: (model.predict(data.read_series(series)), []),
        answer_file=lambda model, file, options: (model.predict_file(file, options), []),
        explain=lambda explainer, series, how: explainer.explain_series(data.one_series(series, 1), how),
    ),
    "forecast": TaskWays(library.Forecaster),
}
