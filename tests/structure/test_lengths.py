"""No source file above 400 lines, no function above 60: what is longer is two things."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
FOLDERS = ("app", "common", "datasets", "include", "models", "python", "scripts", "tests")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
ENDINGS = (".cpp", ".h", ".py", ".js")
SOURCES = sorted(path for folder in FOLDERS for path in (REPO / folder).rglob("*") if path.suffix in ENDINGS)
NOT_FUNCTIONS = re.compile(r"(namespace|struct|class|enum|union|template|extern|constexpr|inline constexpr)\b")


def functions(lines: list[str]) -> list[tuple[int, int]]:
    """First line, from 1, and number of lines of each function of C++ or JavaScript that begins in the first column,
    as clang-format has them."""
    found, start = [], None
    for number, line in enumerate(lines, 1):
        if re.match(r"[A-Za-z~]", line) and not NOT_FUNCTIONS.match(line):
            start = number if "(" in line or start is None else start
        if line == "}" and start is not None:
            found.append((start, number - start + 1))
        if line.startswith("}") or line.endswith(";") and not line.startswith(" "):
            start = None
    return found


def python_functions(source: str) -> list[tuple[int, int]]:
    """The same of Python, of functions at any depth; docstrings do not count."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        words = node.body[0]
        has_docstring = ast.get_docstring(node, clean=False) is not None
        told = words.end_lineno - words.lineno + 1 if has_docstring else 0
        found.append((node.lineno, node.end_lineno - node.lineno + 1 - told))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPO)))
def test_files_and_functions_are_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    assert len(lines) <= LONGEST_FILE
    found = python_functions(source) if path.suffix == ".py" else functions(lines)
    assert [(first, length) for first, length in found if length > LONGEST_FUNCTION] == []


def test_a_long_function_is_seen() -> None:
    short, long = ["int f() {", *["  g();"] * 58, "}"], ["int f(int a,", "      int b) {", *["  g();"] * 58, "}"]
    assert functions(short + ["", *long]) == [(1, 60), (62, 61)]
    assert functions(["function f(a) {", *["  g();"] * 59, "}"]) == [(1, 61)]


def test_a_long_function_of_python_is_seen() -> None:
    method = ["class A:", "    def f(self):", '        """Says', '        this."""', *["        g()"] * 60]
    assert python_functions("\n".join(method)) == [(2, 61)]
