#!/usr/bin/env bash
# In pandas 3 a column of times as integers counts microseconds, while Timestamp.value of its elements counts
# nanoseconds; a column of days from polars counts milliseconds.
#
# One would have guessed: since Timestamp.unit says "us" (pandas 3 keeps microseconds), Timestamp.value is in that unit,
# and equals what the column's astype("int64") gives for the same row.
# For users: a feature such as "seconds since 1970" that training computes from a column and serving from one
# Timestamp differs by a factor of 1,000; after polars' to_pandas by 1,000,000. Say the unit: as_unit("s").
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pandas==3.1.1' 'polars==2.1.0' 'pyarrow==26.0.1' 'numpy==2.4.6'
"$work/venv/bin/python" -W error - <<'PY'
import datetime
import io
import sys

import pandas
import polars

print(f"pandas {pandas.__version__}, polars {polars.__version__}")
column = pandas.read_csv(io.StringIO("time\n2024-01-01\n"), parse_dates=["time"])["time"]
moment = column[0]
from_polars = polars.DataFrame({"time": [datetime.date(2024, 1, 1)]}).to_pandas()["time"]
seen = {
    "column's unit": column.dt.unit,
    "column as int64": int(column.astype("int64")[0]),
    "Timestamp.unit": moment.unit,
    "Timestamp.value": moment.value,
    "polars' days: unit": from_polars.dt.unit,
    "polars' days as int64": int(from_polars.astype("int64")[0]),
}
for name, value in seen.items():
    print(f"{name:24s}{value}")
seconds = 1_704_067_200
expected = ["us", seconds * 10**6, "us", seconds * 10**9, "ms", seconds * 10**3]
sys.exit(None if list(seen.values()) == expected else "the behaviour has changed")
PY
