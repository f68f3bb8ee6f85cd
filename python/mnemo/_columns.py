"""Tables of any kind as columns: dicts, pandas, polars, and whatever has ``__arrow_c_stream__``."""

from __future__ import annotations

import datetime
import sys
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class Table:
    """Columns by name. Numbers and times are arrays of their types, words are arrays of objects, missing ones None."""

    columns: dict[str, np.ndarray]
    kind: str  # "pandas", "polars", "arrow" or "dict": what such a table is answered with

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self.columns:
            raise ValueError(f"no column {name!r} in the table; there are {', '.join(map(repr, self.columns))}")
        return self.columns[name]


def is_table(data: Any) -> bool:
    if isinstance(data, Mapping) or hasattr(data, "iloc"):
        return not hasattr(data, "iloc") or hasattr(data, "columns")
    return hasattr(data, "columns") and hasattr(data, "__arrow_c_stream__") or is_arrow(data)


def is_arrow(data: Any) -> bool:
    return hasattr(data, "__arrow_c_stream__") and not hasattr(data, "iloc")


def read_table(data: Any) -> Table:
    """The columns of a table. An index of pandas is none."""
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        columns = {str(name): of_pandas(data[name]) for name in data.columns}
        return Table(columns, "pandas")
    if isinstance(data, Mapping):
        columns = {str(name): of_values(values) for name, values in data.items()}
        if len({len(column) for column in columns.values()}) > 1:
            raise ValueError("the columns are of different lengths")
        return Table(columns, "dict")
    if hasattr(data, "__arrow_c_stream__"):
        is_polars = type(data).__module__.partition(".")[0] == "polars"
        return Table(of_arrow(data), "polars" if is_polars else "arrow")
    raise TypeError(
        f"a table was expected, and this is {type(data).__name__}; give a DataFrame of pandas or polars, a dict of "
        "columns, or what has __arrow_c_stream__"
    )


def of_values(values: Any) -> np.ndarray:
    """One column: a series of pandas or polars, an Arrow array, an array, or a list."""
    if hasattr(values, "iloc"):
        return of_pandas(values)
    if hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__"):
        return next(iter(of_arrow(values).values()))
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"a column was expected, and this is an array of shape {array.shape}")
    return as_objects(values) if array.dtype.kind in "US" else array


def of_pandas(series: Any) -> np.ndarray:
    """A column of pandas; what is missing there becomes NaN, NaT or None."""
    name = str(series.dtype)
    if name == "category":
        series = series.astype(series.cat.categories.dtype)
        name = str(series.dtype)
    if name.startswith("datetime64") and "," in name:  # with a time zone
        return as_objects(list(series))
    kind = getattr(series.dtype, "kind", "O")
    if kind in "iufbM" and isinstance(series.dtype, np.dtype):
        return series.to_numpy()
    missing = series.isna().to_numpy()
    if kind in "iufb":  # pandas' own types, in which numbers may be missing
        return series.to_numpy(dtype=float, na_value=np.nan) if missing.any() else series.to_numpy(dtype=kind_of(kind))
    values = series.to_numpy(dtype=object)
    if missing.any():
        values = values.copy()
        values[missing] = None
    return values


def kind_of(kind: str) -> type:
    return {"i": np.int64, "u": np.uint64, "f": np.float64, "b": np.bool_}[kind]


def as_objects(values: Any) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array


def of_arrow(data: Any) -> dict[str, np.ndarray]:
    """The columns of what has an Arrow C stream, or an array."""
    from ._library import library

    if hasattr(data, "__arrow_c_stream__"):
        columns = library.read_arrow_stream(data.__arrow_c_stream__())
    else:
        columns = library.read_arrow_array(*data.__arrow_c_array__())
    return {name: of_arrow_column(*column) for name, *column in columns}


def of_arrow_column(kind: str, values: Any, unit: str, zone: str) -> np.ndarray:
    if kind == "word":
        return as_objects(values)
    if kind == "flag":
        return values.astype(bool)
    if kind != "time":
        return values
    times = values.view(f"datetime64[{unit}]")
    if unit == "D":
        return as_objects([None if np.isnat(day) else day.item() for day in times])
    return as_objects([in_zone(time, zone) for time in times]) if zone else times


def in_zone(time: np.datetime64, zone: str) -> datetime.datetime | None:
    if np.isnat(time):
        return None
    moment = time.astype("datetime64[us]").item().replace(tzinfo=datetime.timezone.utc)
    if zone[0] in "+-":
        hours, minutes = zone[1:].split(":")
        offset = datetime.timedelta(hours=int(hours), minutes=int(minutes))
        return moment.astimezone(datetime.timezone(-offset if zone[0] == "-" else offset))
    return moment.astimezone(zoneinfo.ZoneInfo(zone))


def write_table(columns: dict[str, Any], kind: str) -> Any:
    """A table of that kind."""
    if kind == "pandas":
        import pandas

        return pandas.DataFrame(columns)
    if kind == "polars":
        import polars

        return polars.DataFrame({name: list(c) if np.asarray(c).dtype == object else c for name, c in columns.items()})
    if kind == "arrow" and "pyarrow" in sys.modules:
        import pyarrow

        return pyarrow.table({name: pyarrow.array(values) for name, values in columns.items()})
    return columns


def read_parquet(file: Any) -> Any:
    """A file of Parquet as a table, by pyarrow or polars, whichever is there."""
    try:
        import pyarrow.parquet
    except ImportError:
        try:
            import polars
        except ImportError:
            raise ImportError(f"{file}: pyarrow or polars reads Parquet, and neither is installed") from None
        return polars.read_parquet(file)
    return pyarrow.parquet.read_table(file)
