#!/usr/bin/env bash
# Three readers of CSV, asked to find dates, read 25/12/23 as three days: of 2023, of the year 23, and of 2025.
#
# One would have guessed: 25 December 2023, as day/month/year says it, or text where a reader is not sure.
# pandas does the first, and warns that it goes by each element. polars takes the two digits for a whole year, day
# first; duckdb reads the year first, so that three days running become three years; neither says a word. With a format
# of one's own polars' "%Y" takes two digits, too, which is documented
# (https://github.com/pola-rs/polars/issues/18791); "%y" is right everywhere.
# For users: under duckdb a daily table is a yearly one, with other seasons and calendars; under polars steps are right
# within a century, and nothing joins with other tables. Name the format, "%d/%m/%y".
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pandas==3.1.1' 'polars==2.1.0' 'duckdb==2.0.1' 'numpy==2.4.6'
"$work/venv/bin/python" - "$work" <<'PY'
import sys
import warnings
from pathlib import Path

import duckdb
import pandas
import polars

print(f"pandas {pandas.__version__}, polars {polars.__version__}, duckdb {duckdb.__version__}")
file = Path(sys.argv[1]) / "days.csv"
file.write_text("day,y\n25/12/23,1\n26/12/23,2\n27/12/23,3\n")
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    seen = {
        "pandas": [str(day.date()) for day in pandas.read_csv(file, parse_dates=["day"])["day"]],
        "polars": [str(day) for day in polars.read_csv(file, try_parse_dates=True)["day"]],
        "duckdb": [str(row[0]) for row in duckdb.sql(f"select day from '{file}'").fetchall()],
    }
print("file  ", ["25/12/23", "26/12/23", "27/12/23"])
for name, days in seen.items():
    print(name, days)
print("warnings:", [str(warning.message).splitlines()[0] for warning in said])
named = polars.read_csv(file)["day"].str.to_date("%d/%m/%y")
expected = {
    "pandas": ["2023-12-25", "2023-12-26", "2023-12-27"],
    "polars": ["0023-12-25", "0023-12-26", "0023-12-27"],
    "duckdb": ["2025-12-23", "2026-12-23", "2027-12-23"],
}
as_found = seen == expected and [str(day) for day in named] == expected["pandas"]
sys.exit(None if as_found else "the behaviour has changed")
PY
