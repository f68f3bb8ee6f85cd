"""The command ``mnemo`` of the package: the program itself, without torch's Python. Besides, it reads Parquet, imports
models of Keras, and exports to ONNX and .pt2."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ._torch_check import require_torch

PARQUET = (".parquet", ".pq")
IN_PYTHON = (".onnx", ".pt2")  # exports that the program leaves to PyTorch's Python


def main() -> None:
    try:
        require_torch()
        program = str(Path(__file__).parent / "bin" / "mnemo")
        words, imports_keras = sys.argv[1:], is_import_of_keras(sys.argv[1:])
        if words[:1] == ["export"] and any(word.endswith(IN_PYTHON) for word in words):
            return export(words[1:])
        if not imports_keras and not any(word.endswith(PARQUET) for word in words):
            os.execv(program, [program, *words])
        with tempfile.TemporaryDirectory(prefix="mnemo-") as folder:
            words = converted(words, Path(folder)) if imports_keras else words
            words = [as_csv(word, Path(folder)) for word in words]
            sys.exit(wait_for(subprocess.Popen([program, *words])))
    except (ImportError, OSError, RuntimeError) as error:  # mnemo.Error is of the last
        sys.exit(f"mnemo: error: {error}")


def export(words: list[str]) -> None:
    from ._exporting import export

    parser = argparse.ArgumentParser(prog="mnemo export")
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="file to write, .onnx or .pt2")
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it exists")
    given = parser.parse_args(words)
    export(given.run, given.out, given.overwrite)
    print(f"{given.out}: checked against the run it was made of", file=sys.stderr)


def is_import_of_keras(words: list[str]) -> bool:
    return words[:1] == ["import"] and any(word.endswith(".keras") for word in words)


def converted(words: list[str], folder: Path) -> list[str]:
    from ._keras import import_words

    return import_words(words, folder)


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
