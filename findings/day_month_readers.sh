#!/usr/bin/env bash
# pandas and polars read 03/04/2024 from one CSV file as different days, both without a word.
#
# One would have guessed: the two readers agree, or polars leaves a string that could be two days as it is.
# pandas takes month/day/year, polars day/month/year. Where every day is at most 12 (a file of monthly values, say)
# both succeed. Of 03/04/2024 and then 13/04/2024 pandas keeps strings, of 03/04/2024 and 04/13/2024 polars does.
# For users: American monthly values become days of January in polars, European ones in pandas, and lags, seasons and
# calendar features are wrong. Write ISO dates, or name the format.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pandas==3.1.1' 'polars==2.1.0' 'numpy==2.4.6'
"$work/venv/bin/python" -W error - <<'PY'
import io
import sys

import pandas
import polars

print(f"pandas {pandas.__version__}, polars {polars.__version__}; warnings are errors")


def by_pandas(rows: list[str]) -> list[str]:
    table = pandas.read_csv(io.StringIO("\n".join(["day", *rows])), parse_dates=["day"])
    return [value if isinstance(value, str) else value.date().isoformat() for value in table["day"]]


def by_polars(rows: list[str]) -> list[str]:
    table = polars.read_csv(io.StringIO("\n".join(["day", *rows])), try_parse_dates=True)
    return [str(value) for value in table["day"]]


monthly = ["01/01/2024", "01/02/2024", "01/03/2024"]
seen = {"pandas": by_pandas(monthly), "polars": by_polars(monthly)}
print("file  ", monthly)
for name, days in seen.items():
    print(name, days)
expected = {
    "pandas": ["2024-01-01", "2024-01-02", "2024-01-03"],
    "polars": ["2024-01-01", "2024-02-01", "2024-03-01"],
}
sys.exit(None if seen == expected else "the behaviour has changed")
PY
