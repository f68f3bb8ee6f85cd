#!/usr/bin/env bash
# utilsforecast's fill_gaps empties a daily table of pandas whose times have a local zone, gaps or none.
#
# One would have guessed: midnights of Berlin, one a day, are a daily table, and fill_gaps adds the days that are missing
# (it keeps such a table of hours, and one of polars by days).
# Each time is moved to the midnight of UTC, which none of the rows has, so every value is lost; the times that come back
# are one and two o'clock. A warning says "Some values were lost" and asks about weeks that begin on Tuesday.
# The way by UTC came with https://github.com/Nixtla/utilsforecast/pull/107, tried with steps of less than a day.
# For users: what fills the missing values next (zeros, as for sales) makes a series of nothing else. Take the zone off
# (tz_localize(None)) before, or use polars.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'utilsforecast==0.2.17' 'pandas==2.3.3' 'polars==2.1.0' 'pyarrow==26.0.1' \
  'numpy==2.4.6'
"$work/venv/bin/python" - <<'PY'
import importlib.metadata
import sys
import warnings

import pandas
import polars
from utilsforecast.preprocessing import fill_gaps

print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("utilsforecast", "pandas", "polars")))


def rows(freq: str, zone: str | None) -> pandas.DataFrame:
    times = pandas.date_range("2024-03-29", periods=5, freq=freq, tz=zone)
    return pandas.DataFrame({"unique_id": "a", "ds": times, "y": [1.0, 2.0, 3.0, 4.0, 5.0]})


def kept(table, freq: str) -> int:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        filled = fill_gaps(table, freq=freq)
    for warning in said:
        print("   warns:", str(warning.message).splitlines()[0])
    if isinstance(filled, pandas.DataFrame):
        print("   first time", filled["ds"].iloc[0])
        return int(filled["y"].notna().sum())
    return int(filled["y"].is_not_null().sum())


seen = {}
for name, table, freq in (
    ("pandas, days, no zone", rows("D", None), "D"),
    ("pandas, hours, Berlin", rows("h", "Europe/Berlin"), "h"),
    ("polars, days, Berlin", polars.from_pandas(rows("D", "Europe/Berlin")), "1d"),
    ("pandas, days, Berlin", rows("D", "Europe/Berlin"), "D"),
):
    print(name)
    seen[name] = kept(table, freq)
    print("   keeps", seen[name], "of 5 values")
sys.exit(None if list(seen.values()) == [5, 5, 5, 0] else "the behaviour has changed")
PY
