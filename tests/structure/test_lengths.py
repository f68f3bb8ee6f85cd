"""No source file above 400 lines, no function above 60: what is longer is two things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
FOLDERS = ("app", "common", "datasets", "include", "models", "python", "scripts", "tests")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
SOURCES = sorted(path for folder in FOLDERS for path in (REPO / folder).rglob("*") if path.suffix in (".cpp", ".h"))
NOT_FUNCTIONS = re.compile(r"(namespace|struct|class|enum|union|template|extern|constexpr|inline constexpr)\b")


def functions(lines: list[str]) -> list[tuple[int, int]]:
    """First line, from 1, and number of lines of each function that begins in the first column, as clang-format has
    them."""
    found, start = [], None
    for number, line in enumerate(lines, 1):
        if re.match(r"[A-Za-z~]", line) and not NOT_FUNCTIONS.match(line):
            start = number if "(" in line or start is None else start
        if line == "}" and start is not None:
            found.append((start, number - start + 1))
        if line.startswith("}") or line.endswith(";") and not line.startswith(" "):
            start = None
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPO)))
def test_files_and_functions_are_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_FILE
    assert [(first, length) for first, length in functions(lines) if length > LONGEST_FUNCTION] == []


def test_a_long_function_is_seen() -> None:
    short, long = ["int f() {", *["  g();"] * 58, "}"], ["int f(int a,", "      int b) {", *["  g();"] * 58, "}"]
    assert functions(short + ["", *long]) == [(1, 60), (62, 61)]
