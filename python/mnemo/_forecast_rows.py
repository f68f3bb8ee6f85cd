"""Rows of forecasters: of a table the columns of numbers, the times and the names of series, and back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ._columns import Table, as_objects, read_table, write_table
from ._library import library
from ._texts_and_labels import is_missing


def names(given: str | Iterable[str] | None) -> list[str]:
    if given is None:
        return []
    return [given] if isinstance(given, str) else [str(name) for name in given]


@dataclass
class Columns:
    """Which columns are what: those of the times, of the series' names, and of the numbers (or words)."""

    time: str | None
    series: list[str]
    numbers: list[str]
    words: frozenset[str] = frozenset()  # of `numbers` those that hold words, whatever their cells look like


@dataclass
class RowTable:
    """Rows in memory, with what is needed to write forecasts as the table was."""

    columns: Columns
    values: np.ndarray  # (rows, numbers)
    times: list[str]
    series: list[str]
    kind: str
    time_like: np.ndarray  # of the time column, a row at least if there is one
    series_like: dict[str, list[Any]]  # by a series' name the values of its columns
    left_out: dict[str, int] = field(default_factory=dict)  # rows of each series that stood before these
    words: dict[str, list[str]] = field(default_factory=dict)  # columns that are none of the numbers

    def rows(self) -> Any:
        return library.Rows.make(self.columns.numbers, self.values, self.times, self.series, self.words)

    def followed_by(self, future: RowTable) -> RowTable:
        """The same with further rows behind, whose columns that they lack are to be forecast."""
        for name in future.words:
            if name not in self.words:
                raise ValueError(f"column {name!r} holds words in the rows to come, and numbers before")
        values = np.full((len(future.values), len(self.columns.numbers)), np.nan)
        for place, name in enumerate(self.columns.numbers):
            if name in future.columns.numbers:
                values[:, place] = future.values[:, future.columns.numbers.index(name)]
        return replace(
            self,
            values=np.vstack([self.values, values]),
            times=self.times + future.times,
            series=self.series + future.series,
            series_like={**self.series_like, **future.series_like},
            words={name: words + future.words.get(name, [""] * len(values)) for name, words in self.words.items()},
        )

    def last(self, rows: int) -> RowTable:
        """The last rows of each series."""
        places: dict[str, list[int]] = {}
        for row, name in enumerate(self.series or [""] * len(self.values)):
            places.setdefault(name, []).append(row)
        kept = sorted(row for of_one in places.values() for row in of_one[-rows:])
        return replace(
            self,
            values=self.values[kept],
            times=[self.times[row] for row in kept] if self.times else [],
            series=[self.series[row] for row in kept] if self.series else [],
            time_like=self.time_like[:1],
            left_out={name: max(0, len(of_one) - rows) for name, of_one in places.items()},
            words={name: [words[row] for row in kept] for name, words in self.words.items()},
        )

    def narrowed(self, names: Sequence[str]) -> RowTable:
        """The same rows with those columns only."""
        numbers = [name for name in names if name not in self.words]
        return replace(
            self,
            columns=replace(self.columns, numbers=numbers),
            values=self.values[:, [self.columns.numbers.index(name) for name in numbers]],
            words={name: self.words[name] for name in names if name in self.words},
        )


def find_time(table: Table) -> str | None:
    """The one column of times, if there is one."""
    found = [name for name, column in table.columns.items() if is_time(column)]
    return found[0] if len(found) == 1 else None


def is_time(column: np.ndarray) -> bool:
    if column.dtype.kind == "M":
        return True
    first = next((value for value in column if value is not None), None) if column.dtype == object else None
    return isinstance(first, (datetime.date, datetime.datetime))


def number_columns(table: Table, others: Sequence[str]) -> list[str]:
    return [name for name, column in table.columns.items() if column.dtype.kind in "iufb" and name not in others]


def read_rows(
    data: Any, columns: Columns, lacking: Sequence[str] = (), may_be_words: Sequence[str] | None = None
) -> RowTable:
    """`lacking`: columns of numbers that need not be there. `may_be_words`: those that may hold words; None: all."""
    table = data if isinstance(data, Table) else read_table(data)
    given = [name for name in columns.numbers if name in table.columns or name not in lacking]
    words = {
        name: as_words(table[name])
        for name in given
        if name in columns.words or ((may_be_words is None or name in may_be_words) and holds_words(table[name]))
    }
    numbers = [name for name in given if name not in words]
    values = np.empty((len(table), len(numbers)))
    for place, name in enumerate(numbers):
        values[:, place] = as_numbers(table[name], name)
    time_like = table[columns.time] if columns.time else np.empty(0, dtype=object)
    keys = [table[name] for name in columns.series]
    series = [",".join(key_name(key) for key in row) for row in zip(*keys)] if keys else []
    series_like = {name: list(row) for name, row in zip(series, zip(*keys))} if keys else {}
    return RowTable(
        replace(columns, numbers=numbers),
        values,
        time_texts(time_like, columns.time),
        series,
        table.kind,
        time_like,
        series_like,
        words=words,
    )


def holds_words(column: np.ndarray) -> bool:
    """True unless it holds numbers, or they are written as words."""
    if column.dtype.kind in "iufb":
        return False
    try:
        as_numbers(column, "")
    except ValueError:
        return True
    return False


def as_words(column: np.ndarray) -> list[str]:
    """Missing ones are empty."""
    return ["" if is_missing(value) else str(value) for value in column]


def key_name(value: Any) -> str:
    if is_missing(value):
        raise ValueError("a row does not name its series")
    return str(value)


def as_numbers(column: np.ndarray, name: str) -> np.ndarray:
    if column.dtype.kind in "iufb":
        return column.astype(np.float64)
    try:
        return np.array([np.nan if is_missing(value) else float(value) for value in column])
    except (TypeError, ValueError):
        raise ValueError(f"column {name!r} holds no numbers") from None


def time_texts(column: np.ndarray, name: str | None) -> list[str]:
    """Times as mnemo reads them; those with a zone have their offset from UTC."""
    if column.dtype.kind == "M":
        if np.isnat(column).any():
            raise ValueError(f"column {name!r}: the time of row {int(np.isnat(column).argmax()) + 1} is missing")
        whole = (column == column.astype("datetime64[s]")).all()
        return np.datetime_as_string(column, unit="s" if whole else "auto").tolist()
    for row, value in enumerate(column, 1):
        if is_missing(value):
            raise ValueError(f"column {name!r}: the time of row {row} is missing")
    return [str(value) for value in column]


def times_like(texts: list[str], like: np.ndarray) -> np.ndarray:
    """Times as the column that the model was given had them."""
    if like.dtype.kind == "M":
        return np.array([text.rstrip("Z") for text in texts], dtype=like.dtype)
    if like.dtype.kind in "iu":
        return np.array([int(text) for text in texts], dtype=like.dtype)
    if not len(like):
        return as_objects(texts)
    first = like[0]
    if isinstance(first, datetime.datetime):
        moments = [type(first).fromisoformat(text) for text in texts]
        return as_objects([moment if moment.tzinfo is None else moment.astimezone(first.tzinfo) for moment in moments])
    if isinstance(first, datetime.date):
        return as_objects([datetime.date.fromisoformat(text[:10]) for text in texts])
    return as_objects(texts)


def target_columns(targets: Sequence[str], quantiles: Sequence[float]) -> list[str]:
    """The names of the columns that the command prints."""
    return [f"{target} {quantile:g}" if quantiles else target for target in targets for quantile in quantiles or [0]]


def write_forecasts(forecasts: Sequence[Any], given: RowTable, model: Any, rolling: bool = False) -> Any:
    """A table of the kind that was given: a row a step, as `mnemo predict` prints it."""
    horizon = model.horizon
    columns: dict[str, Any] = {}
    for place, name in enumerate(given.columns.series):
        keys = [given.series_like[one.series][place] for one in forecasts for _ in range(horizon)]
        columns[name] = np.array(keys) if all(isinstance(key, (int, np.integer)) for key in keys) else as_objects(keys)
    if rolling:
        columns["origin_row"] = np.repeat([one.first_row - 1 for one in forecasts], horizon)
    if given.columns.time and given.times:
        columns[given.columns.time] = times_like([text for one in forecasts for text in one.times], given.time_like)
    else:
        first = [one.first_row + given.left_out.get(one.series, 0) for one in forecasts]
        columns["row"] = np.concatenate([row + np.arange(horizon) for row in first])
    if rolling:
        columns["step"] = np.tile(np.arange(1, horizon + 1), len(forecasts))
    outputs = target_columns(model.targets, model.quantiles)
    values = np.concatenate([one.values.reshape(horizon, len(outputs)) for one in forecasts])
    columns |= {name: np.ascontiguousarray(values[:, place]) for place, name in enumerate(outputs)}
    if rolling:
        actual = np.concatenate([one.actual.reshape(horizon, len(model.targets)) for one in forecasts])
        columns |= {
            f"{name} actual": np.ascontiguousarray(actual[:, place]) for place, name in enumerate(model.targets)
        }
    return write_table(columns, given.kind)
