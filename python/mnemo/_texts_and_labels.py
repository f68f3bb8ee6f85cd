"""Texts, labels and numeric series of any kind as the library takes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from . import _columns


def is_missing(value: Any) -> bool:
    return value is None or value != value  # NaN, NaT and pandas' NA are not equal to themselves


def only_column(data: Any, what: str) -> np.ndarray:
    """The items of a list, an array, a series, or a table of one column."""
    if isinstance(data, (str, bytes)):
        raise TypeError(f"{what}: a list was expected, and this is one {type(data).__name__}; put it into a list")
    if _columns.is_table(data) and not is_series(data):
        columns = _columns.read_table(data).columns
        if len(columns) != 1:
            raise ValueError(f"{what}: one column was expected, and the table has {', '.join(map(repr, columns))}")
        return next(iter(columns.values()))
    if isinstance(data, np.ndarray) and data.ndim == 2 and data.shape[1] == 1:
        data = data[:, 0]
    if isinstance(data, (list, tuple)):
        return _columns.as_objects(data)
    return _columns.of_values(data)


def is_series(data: Any) -> bool:
    return hasattr(data, "iloc") and not hasattr(data, "columns") or type(data).__name__ in {"Series", "ChunkedArray"}


def read_texts(data: Any) -> list[str]:
    texts = only_column(data, "texts")
    for row, text in enumerate(texts, 1):
        if not isinstance(text, str):
            found = "missing" if is_missing(text) else f"of the type {type(text).__name__}"
            raise ValueError(f"text {row} is {found}; texts are of the type str")
    return texts.tolist()


def label_name(label: Any) -> str:
    """A label as a file has it; a whole number is the same whether it is an int or a float."""
    if isinstance(label, np.generic):
        label = label.item()
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return plain_label(str(label))


def plain_label(label: str) -> str:
    """A whole number that is written as 1.0, 1.000 or 1.0000000e+00 as 1; datasets/labels.cpp has the same."""
    most_exact = 2.0**53
    if re.fullmatch(r"-?(0|[1-9]\d*)\.\d*([eE][+-]?\d+)?", label):
        value = float(label)
        if value.is_integer() and abs(value) < most_exact:
            return str(int(value))
    return label


def read_labels(data: Any) -> tuple[list[str], np.ndarray]:
    """The name of each label, and the labels there are, of their own type, sorted."""
    column = only_column(data, "labels")
    for row, label in enumerate(column, 1):
        if is_missing(label):
            raise ValueError(f"label {row} is missing")
    labels = np.array(column.tolist()) if column.dtype == object else column
    if labels.dtype.kind in "US" and any(not isinstance(label, str) for label in column):
        raise ValueError("labels are all words or all numbers, and here are both")
    classes, places = np.unique(labels, return_inverse=True)
    names = [label_name(label) for label in classes]
    if len(set(names)) < len(names):
        raise ValueError(f"two labels have one name: {', '.join(sorted(names))}")
    return [names[place] for place in places], classes


def classes_of(names: list[str], classes: np.ndarray) -> np.ndarray:
    """(classes) Of each of the classes, which column of the model's answers is its."""
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[label_name(label)] for label in classes])


def read_series(data: Any) -> list[np.ndarray]:
    """Each series as (steps, features) fp32, one step after another.

    An array (series, steps, features); one of (series, steps) has one feature; a list of arrays (steps, features) or
    (steps), of any lengths.
    """
    if isinstance(data, (str, bytes, Mapping)):
        raise TypeError(f"series: arrays were expected, and this is a {type(data).__name__}")
    if _columns.is_table(data) and not is_series(data):
        data = np.column_stack([np.asarray(column, dtype=np.float64) for column in read_columns(data)])
    if isinstance(data, np.ndarray) and data.dtype != object or hasattr(data, "__array__"):
        array = np.asarray(data)
        if array.dtype != object:
            return series_of_array(array)
    series = [one_series(item, row) for row, item in enumerate(data, 1)]
    if len({one.shape[1] for one in series}) > 1:
        raise ValueError(f"series have {sorted({one.shape[1] for one in series})} features; all have the same")
    return series


def read_columns(data: Any) -> list[np.ndarray]:
    return list(_columns.read_table(data).columns.values())


def series_of_array(array: np.ndarray) -> list[np.ndarray]:
    if array.ndim not in (2, 3):
        raise ValueError(
            "series: an array (series, steps, features) or (series, steps) was expected, and its shape is "
            f"{array.shape}"
        )
    if array.ndim == 2:
        array = array[:, :, np.newaxis]
    return list(np.ascontiguousarray(array, dtype=np.float32))


def one_series(item: Any, row: int) -> np.ndarray:
    array = np.asarray(item, dtype=np.float32)
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2:
        raise ValueError(f"series {row}: (steps, features) or (steps) was expected, and its shape is {array.shape}")
    return np.ascontiguousarray(array)


def read_numbers(data: Any) -> np.ndarray:
    """(series, targets) fp64."""
    if _columns.is_table(data) and not is_series(data):
        data = np.column_stack(read_columns(data))
    array = np.asarray(data, dtype=np.float64)
    return np.ascontiguousarray(array[:, np.newaxis] if array.ndim == 1 else array)


def feature_names(series: list[np.ndarray]) -> list[str]:
    """Those that the command gives the features of a .npy file."""
    width = series[0].shape[1] if series else 0
    return [str(number) for number in range(1, width + 1)]


def is_file(data: Any) -> bool:
    return isinstance(data, Path)
