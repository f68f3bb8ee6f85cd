"""Settings by keyword: names, values and defaults come from the library's one description of them."""

from __future__ import annotations

import difflib
import functools
import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ._library import library

# Rows in memory take none of these, see mnemo/training.h; they say how a file is read, and which.
FILE_SETTINGS = frozenset(
    {
        "aux_label_column",
        "decimal",
        "delimiter",
        "header",
        "id_column",
        "input_format",
        "invalid_utf8",
        "label_column",
        "label_delimiter",
        "labels",
        "missing_marker",
        "quoting",
        "series_column",
        "series_format",
        "skip_lines",
        "step_column",
        "text_column",
        "time_column",
        "time_format",
        "valid",
        "valid_labels",
    }
)


@functools.cache
def known_settings(task: str, preset: str = "default") -> dict[str, Any]:
    """What the library says of each setting of a training, by Python's names, ``train`` and ``out`` apart."""
    return {
        setting.name.replace("-", "_"): setting
        for setting in library.training_settings(task, preset)
        if setting.name not in ("train", "out")
    }


def require_known(names: Iterable[str], known: Iterable[str], owner: str) -> None:
    """Raises TypeError, with the nearest name, for one that is not known."""
    known = sorted(known)
    for name in names:
        if name in known:
            continue
        nearest = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        raise TypeError(f"{owner} has no setting {name!r}{hint}")


def as_text(value: Any) -> str:
    """A value as a file of settings has it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (list, tuple, np.ndarray)):
        return ",".join(as_text(item) for item in value)
    return str(value)


def as_settings(given: Mapping[str, Any]) -> dict[str, str]:
    """Settings as the library takes them. None: the setting is not given."""
    return {name.replace("_", "-"): as_text(value) for name, value in given.items() if value is not None}


def describe(task: str, names: Iterable[str]) -> str:
    """The part of a docstring that tells of those settings, in NumPy's form."""
    known = known_settings(task)
    types = {"flag": "bool", "integer": "int", "number": "float", "text": "str", "list": "list or str"}
    lines = []
    for name in names:
        setting = known[name]
        default = setting.default_value or "none"
        lines += [f"{name} : {types[setting.kind]}, default {default}", f"    {setting.help.replace('`', '``')}."]
    return "\n".join(lines)
