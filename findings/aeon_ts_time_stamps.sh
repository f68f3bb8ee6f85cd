#!/usr/bin/env bash
# aeon reads a .ts file with time stamps without the minus signs of its values.
#
# One would have guessed: `@timeStamps true`, a tag of the format, gives the values that stand beside the stamps, as the
# same file does without stamps; or it is refused.
# The values come back as their sizes, without a warning: -1.5 is 1.5. https://github.com/aeon-toolkit/aeon/pull/887,
# which brought the reading of stamps, calls it fragile, and does not speak of signs.
# For users: two classes that differ by the sign alone become one. Take the stamps out of the file before it is read.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'aeon==1.6.0'
"$work/venv/bin/python" -W error::UserWarning - "$work" <<'PY'
import importlib.metadata
import sys
from pathlib import Path

from aeon.datasets import load_from_ts_file

HEAD = """@problemName Tides
@timeStamps {stamps}
@missing false
@univariate true
@equalLength true
@seriesLength 3
@classLabel true rising falling
@data
"""
PLAIN = "-1.5,-0.5,2.5:rising\n1.5,0.5,-2.5:falling\n"
STAMPED = "(0,-1.5),(1,-0.5),(2,2.5):rising\n(0,1.5),(1,0.5),(2,-2.5):falling\n"


def read(name: str, stamps: str, rows: str) -> list[list[float]]:
    file = Path(sys.argv[1]) / name
    file.write_text(HEAD.format(stamps=stamps) + rows)
    return load_from_ts_file(str(file))[0][:, 0].tolist()


print(f"aeon {importlib.metadata.version('aeon')}")
plain, stamped = read("plain.ts", "false", PLAIN), read("stamped.ts", "true", STAMPED)
print("without stamps", plain)
print("with stamps   ", stamped)
as_found = plain == [[-1.5, -0.5, 2.5], [1.5, 0.5, -2.5]] and stamped == [[1.5, 0.5, 2.5], [1.5, 0.5, 2.5]]
sys.exit(None if as_found else "the behaviour has changed")
PY
