"""The command ``mnemo`` of the package: the program itself, without torch's Python. Besides, it reads Parquet."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ._torch_check import require_torch

PARQUET = (".parquet", ".pq")


def main() -> None:
    try:
        require_torch()
        program = str(Path(__file__).parent / "bin" / "mnemo")
        if not any(word.endswith(PARQUET) for word in sys.argv[1:]):
            os.execv(program, [program, *sys.argv[1:]])
        with tempfile.TemporaryDirectory(prefix="mnemo-") as folder:
            words = [as_csv(word, Path(folder)) for word in sys.argv[1:]]
            sys.exit(wait_for(subprocess.Popen([program, *words])))
    except (ImportError, OSError) as error:
        sys.exit(f"mnemo: error: {error}")


def wait_for(child: subprocess.Popen[bytes]) -> int:
    """Its exit code. Ctrl-C is the child's, which ends a training in its own way."""
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def as_csv(word: str, folder: Path) -> str:
    """A word that is, or ends with, the name of a file of Parquet, with that of the same table as CSV in `folder`."""
    option, equals, file = word.rpartition("=") if word.startswith("--") else ("", "", word)
    if not file.endswith(PARQUET):
        return word
    from ._columns import read_parquet

    out = folder / f"{len(list(folder.iterdir()))}" / f"{Path(file).stem}.csv"
    out.parent.mkdir()
    table = read_parquet(file)
    if hasattr(table, "write_csv"):
        table.write_csv(out)
    else:
        import pyarrow.csv

        pyarrow.csv.write_csv(table, out)
    return f"{option}{equals}{out}"
