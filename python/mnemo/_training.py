"""Trainings: the settings go to the library, and what it tells goes to who listens."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import _texts_and_labels as data
from ._columns import Table, is_table, read_parquet, read_table
from ._forecast_rows import Columns, RowTable, find_time, names, number_columns, read_rows
from ._library import library
from ._reporting import Callback, Listener, logger
from ._run import Run, TemporaryFolder
from ._settings import FILE_SETTINGS, as_settings, known_settings, require_known
from ._tasks import TASKS

NO_NUMBERS = np.empty((0, 0))


def train(
    task: str,
    train: Any,
    out: str | os.PathLike[str],
    *,
    valid: Any = None,
    config: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    callbacks: Iterable[Callback] = (),
    report: bool = True,
    **options: Any,
) -> Run:
    """Trains a model, as the command ``mnemo train`` does, with the same bits.

    Parameters
    ----------
    task : {"text", "series", "forecast"}
    train : path, table, or tuple
        A file as the command reads it, or of Parquet. Or a table: of texts, with the columns `text_column` and
        `label_column`; of rows in time order, for a forecaster. Or a pair: (texts, labels) or (series, answers).
    out : path
        Folder for the run.
    valid : like `train`
        To validate on; without it rows are held out.
    config : path
        A file of settings, as ``mnemo train TASK --print-config`` prints it. What is given by name comes before it.
        With data in memory its settings of files, as ``valid``, are left out, and a warning names them.
    progress : bool
        Whether a line of progress is shown; by default in a terminal and in a notebook.
    callbacks : list of callables
        Each hears the figures of every epoch, as a dict; one that returns True ends the training after the epoch.
    report : bool, default True
        Whether the run gets its page, ``report.html``.
    **options
        Every option of ``mnemo train TASK``, with underscores for dashes.

    Returns
    -------
    Run

    Raises
    ------
    TypeError
        For an option that there is not; names the nearest.
    ValueError
        For a value that cannot be meant.
    mnemo.Error
        For data that cannot be read or learnt from.
    KeyboardInterrupt
        By Ctrl-C before there was anything to keep. Later Ctrl-C ends the training after the step at hand, and the run
        keeps the best weights so far: ``run.result["end"]`` is then "stopped".
    """
    if task not in TASKS:
        raise ValueError(f"task {task!r}: expected one of {', '.join(TASKS)}")
    require_known(options, known_settings(task), f"a training of {task}")
    train, valid = (read_parquet(one) if is_parquet(one) else one for one in (train, valid))
    order = Order(
        Path(out), as_settings(options), Listener(progress, callbacks), None if config is None else Path(config)
    )
    if isinstance(train, (str, os.PathLike)):
        order.settings |= as_settings({"valid": valid})
        told = library.train_file(task, Path(train), *order.parts())
    else:
        told = train_rows(task, train, valid, order, options)
    compute = {name: options[name] for name in ("threads", "device") if options.get(name) is not None}
    run = finish(told, order, compute)
    if report:
        run.report()
    return run


@dataclass
class Order:
    """Where to, with which settings, and who hears of it."""

    out: Path
    settings: dict[str, str]
    listener: Listener
    config: Path | None = None

    @property
    def with_numbers(self) -> bool:
        """Whether the answers are numbers."""
        return self.settings.get("target-kind") == "number"

    def parts(self) -> tuple[Path, dict[str, str], Path | None, Listener]:
        return self.out, self.settings, self.config, self.listener


def is_parquet(given: Any) -> bool:
    return isinstance(given, (str, os.PathLike)) and str(given).endswith((".parquet", ".pq"))


def train_rows(task: str, rows: Any, valid: Any, order: Order, options: dict[str, Any]) -> dict[str, Any]:
    """Trains on data in memory. Options that say which columns are which are used here, and no others of files'."""
    used = {name: options[name] for name in FILE_SETTINGS & set(options)}
    order.settings = as_settings({name: value for name, value in options.items() if name not in used})
    return ROW_TRAININGS[task](rows, valid, order, used)


def train_on_texts(rows: Any, valid: Any, order: Order, used: dict[str, Any]) -> dict[str, Any]:
    columns = used.pop("text_column", "text"), used.pop("label_column", "label")
    require_unused(used)
    texts = [make_texts(*pair_of(given, *columns), order.with_numbers) for given in (rows, valid)]
    return train_texts(texts[0], texts[1], order)


def train_on_series(rows: Any, valid: Any, order: Order, used: dict[str, Any]) -> dict[str, Any]:
    require_unused(used)
    made = [make_series(*pair_of(given, "", ""), order.with_numbers) for given in (rows, valid)]
    return train_series(made[0], made[1], order)


def train_on_table(rows: Any, valid: Any, order: Order, used: dict[str, Any]) -> dict[str, Any]:
    if valid is not None:
        raise ValueError("`valid`: a forecaster is validated on rows of its own table, see `valid_share`")
    time, series = used.pop("time_column", None), names(used.pop("series_column", None))
    require_unused(used)
    return train_forecaster(forecast_rows(rows, order.settings, time, series), order)


ROW_TRAININGS = {"text": train_on_texts, "series": train_on_series, "forecast": train_on_table}


def require_unused(options: dict[str, Any]) -> None:
    if options:
        raise TypeError(f"{sorted(options)[0]!r} says how a file is read, and the data are in memory")


def pair_of(given: Any, first: str, second: str) -> tuple[Any, Any]:
    if given is None:
        return [], []
    if isinstance(given, tuple) and len(given) == 2:
        return given
    if first and is_table(given):
        table = read_table(given)
        return table[first], table[second]
    raise TypeError("a pair was expected, of the data and the answers" + (", or a table" if first else ""))


def make_texts(texts: Any, answers: Any, with_numbers: bool = False) -> Any:
    """Texts with a label each, any number of labels (a list each), or a number."""
    texts, labels, lists, numbers = data.read_texts(texts), [], [], []
    if with_numbers:
        numbers = data.read_numbers(answers).ravel().tolist()
    elif any(isinstance(answer, (list, tuple, set, frozenset, np.ndarray)) for answer in answers):
        lists = [sorted(data.label_name(label) for label in answer) for answer in answers]
    else:
        labels = data.read_labels(answers)[0] if texts else []
    return library.TrainingTexts.make(texts, labels, lists, numbers)


def no_texts() -> Any:
    return library.TrainingTexts.make([], [], [], [])


def train_texts(rows: Any, valid: Any, order: Order) -> dict[str, Any]:
    return library.train_text(rows, valid, *order.parts())


def make_series(series: Any, answers: Any, with_numbers: bool) -> Any:
    values = data.read_series(series) if len(series) else []
    labels = [] if with_numbers or not values else data.read_labels(answers)[0]
    numbers = data.read_numbers(answers) if with_numbers and values else NO_NUMBERS
    return library.TrainingSeries.make(data.feature_names(values), values, labels, numbers)


def train_series(rows: Any, valid: Any, order: Order) -> dict[str, Any]:
    return library.train_series(rows, valid, *order.parts())


def forecast_rows(given: Any, settings: dict[str, str], time: str | None, series: list[str]) -> RowTable:
    """The rows of a table that a forecaster with these settings needs."""
    table = given if isinstance(given, Table) else read_table(given)
    time = time or find_time(table)
    named = [
        name
        for key in ("target", "features", "observed", "known", "static")
        for name in settings.get(key, "").split(",")
        if name
    ]
    if not settings.get("target"):
        named += number_columns(table, [time or "", *series])
    words = [name for key in ("known", "static") for name in settings.get(key, "").split(",")]
    return read_rows(table, Columns(time, series, list(dict.fromkeys(named))), may_be_words=words)


def train_forecaster(rows: RowTable, order: Order) -> dict[str, Any]:
    return library.train_forecaster(rows.rows(), *order.parts())


def finish(told: dict[str, Any], order: Order, compute: dict[str, Any], keeper: TemporaryFolder | None = None) -> Run:
    """The run that a training left; raises KeyboardInterrupt where Ctrl-C left none."""
    if told.pop("is_interrupted"):
        if not (order.out / "weights.safetensors").exists():
            raise KeyboardInterrupt
        logger.warning("interrupted: the best weights so far are kept, those of epoch %d", told["best_epoch"])
    return Run(order.out, **compute, keeper=keeper, result={**told, "history": order.listener.history})
