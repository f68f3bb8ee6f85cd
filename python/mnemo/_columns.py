"""Tables of any kind as columns: dicts, pandas, polars, and whatever has ``__arrow_c_stream__``."""

from __future__ import annotations

import sys
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
        return of_arrow_array(values)
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
        return as_objects([None if moment is None else moment for moment in series])
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
    import nanoarrow

    array = nanoarrow.Array(data)
    fields = list(array.schema.fields)
    numbers = {place for place, field in enumerate(fields) if is_number(field)}
    # A column of strings is not asked for by itself: nanoarrow 0.9 frees views of strings twice there.
    rows = list(array.iter_tuples()) if len(numbers) < len(fields) else []
    columns = {}
    for place, field in enumerate(fields):
        if place in numbers:
            columns[field.name] = np.asarray(array.child(place).to_pysequence(handle_nulls=nanoarrow.nulls_as_sentinel()))
        else:
            columns[field.name] = of_objects([row[place] for row in rows])
    return columns


def of_arrow_array(values: Any) -> np.ndarray:
    import nanoarrow

    if type(values).__module__.partition(".")[0] == "polars":
        return of_arrow(values.to_frame("column"))["column"]
    array = nanoarrow.Array(values)
    if is_number(array.schema):
        return np.asarray(array.to_pysequence(handle_nulls=nanoarrow.nulls_as_sentinel()))
    return of_objects(list(array.iter_py()))


def is_number(field: Any) -> bool:
    import nanoarrow

    types = nanoarrow.Type
    return field.type in {
        types.BOOL, types.INT8, types.INT16, types.INT32, types.INT64, types.UINT8, types.UINT16, types.UINT32,
        types.UINT64, types.HALF_FLOAT, types.FLOAT, types.DOUBLE,
    }  # fmt: skip


def of_objects(values: list[Any]) -> np.ndarray:
    """Words as they are; times without a zone as an array of times."""
    import datetime

    known = [value for value in values if value is not None]
    if known and all(type(value) is datetime.datetime and value.tzinfo is None for value in known):
        return np.array(values, dtype="datetime64[us]")
    return as_objects(values)


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
