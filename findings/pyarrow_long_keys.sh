#!/usr/bin/env bash
# pyarrow's CSV reader makes one key of several long ones: numbers of twenty digits become doubles.
#
# One would have guessed: like pandas, polars and duckdb it keeps the digits, as a wider integer or as text.
# pyarrow tries int64, then double, and says nothing; a double holds some sixteen digits. pandas with engine="pyarrow"
# does so, too.
# For users: meters, devices or accounts with long numbers are merged into one series (a join or a group finds one key),
# and every model of "each series" learns a mixture. Give such columns a type: column_types={"id": pyarrow.string()}.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pyarrow==26.0.1' 'pandas==3.1.1' 'polars==2.1.0' 'duckdb==2.0.1' 'numpy==2.4.6'
"$work/venv/bin/python" -W error - "$work" <<'PY'
import sys
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.csv

print(f"pyarrow {pyarrow.__version__}, pandas {pandas.__version__}, polars {polars.__version__}, "
      f"duckdb {duckdb.__version__}")
keys = ["92345678901234567891", "92345678901234567892", "92345678901234567893"]
file = Path(sys.argv[1]) / "meters.csv"
file.write_text("id,kwh\n" + "".join(f"{key},1.5\n" for key in keys))
seen = {
    "pyarrow": pyarrow.csv.read_csv(file)["id"].to_pylist(),
    "pandas, engine pyarrow": pandas.read_csv(file, engine="pyarrow")["id"].tolist(),
    "pandas": pandas.read_csv(file)["id"].tolist(),
    "polars": polars.read_csv(file)["id"].to_list(),
    "duckdb": [row[0] for row in duckdb.sql(f"select id from '{file}'").fetchall()],
}
for name, values in seen.items():
    print(f"{name:24s}{len(set(values))} of 3 keys, such as {values[0]!r}")
expected = {"pyarrow": 1, "pandas, engine pyarrow": 1, "pandas": 3, "polars": 3, "duckdb": 3}
counts = {name: len(set(values)) for name, values in seen.items()}
sys.exit(None if counts == expected else "the behaviour has changed")
PY
