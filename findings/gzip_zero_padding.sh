#!/usr/bin/env bash
# A gzip file padded with zeros is whole to Python, less than whole to gzip, and refused by polars, duckdb and pyarrow.
#
# One would have guessed: readers of compressed CSV agree on which files are whole. Python's gzip (so pandas, too)
# passes over zeros behind a member, as media with blocks of one size leave them, and goes on with the next member.
# gzip(1) passes over zeros at the end alone: with a member behind them it warns, leaves that member's rows out and
# exits with 2. polars, duckdb and pyarrow read several members one after another, but take the zeros for a damaged
# header: an error that speaks of no padding.
# For users: `python3 -m gzip -d FILE`, and compress anew, mends such a file before it goes to a column store.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'polars==2.1.0' 'duckdb==2.0.1' 'pyarrow==26.0.1' 'pandas==3.1.1' 'numpy==2.4.6'
cd "$work"
"$work/venv/bin/python" - <<'PY'
import gzip
import pathlib
import subprocess
import sys

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.csv

first, second = gzip.compress(b"a,b\n1,2\n3,4\n"), gzip.compress(b"5,6\n7,8\n")
FILES = {
    "two members": first + second,
    "zeros between": first + bytes(300) + second,
    "zeros behind": first + second + bytes(512),
}


def by_gzip(path: str) -> int:
    done = subprocess.run(["gzip", "-dc", path], check=False, capture_output=True)
    if done.returncode:
        print(f"               gzip(1)  exit code {done.returncode}: {done.stderr.decode().strip()}")
    return done.stdout.count(b"\n") - 1


READERS = {
    "gzip(1)": by_gzip,
    "python": lambda path: gzip.open(path).read().count(b"\n") - 1,
    "pandas": lambda path: len(pandas.read_csv(path)),
    "polars": lambda path: polars.read_csv(path).height,
    "duckdb": lambda path: len(duckdb.connect().sql(f"select * from read_csv('{path}')").fetchall()),
    "pyarrow": lambda path: pyarrow.csv.read_csv(path).num_rows,
}
STRICT = {"polars", "duckdb", "pyarrow"}


def expected(kind: str, reader: str) -> str:
    if kind != "two members" and reader in STRICT:
        return "refused"
    return "2 rows" if kind == "zeros between" and reader == "gzip(1)" else "4 rows"


print(f"polars {polars.__version__}, duckdb {duckdb.__version__}, pyarrow {pyarrow.__version__}, "
      f"pandas {pandas.__version__}, python {sys.version.split()[0]}")
changed = False
for kind, content in FILES.items():
    path = f"{kind.replace(' ', '_')}.csv.gz"
    pathlib.Path(path).write_bytes(content)
    for reader, rows_of in READERS.items():
        try:
            seen = f"{rows_of(path)} rows"
        except Exception as error:
            seen = f"refused: {str(error).splitlines()[0][:70]}"
        print(f"{kind:14} {reader:8} {seen}")
        changed |= not seen.startswith(expected(kind, reader))
sys.exit("the behaviour has changed" if changed else None)
PY
