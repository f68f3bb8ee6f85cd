"""A comment opens with what it speaks of: a sentence that begins with its second half makes readers look for the
first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
FOLDERS = ("app", "cmake", "common", "datasets", "include", "models", "python", "scripts", "tests")
MARKS = {".cpp": "//", ".h": "//", ".js": "//", ".py": "#", ".sh": "#", ".cmake": "#", ".txt": "#"}
SOURCES = sorted(
    path
    for folder in FOLDERS
    for path in (REPO / folder).rglob("*")
    if path.suffix in MARKS and (path.suffix != ".txt" or path.name == "CMakeLists.txt")
)
REFUSED = re.compile(
    r"(And|As|By|For|From|Likewise|Not|Of|Once|Or|So|Those|What|Where|Whether|Which|Whose|With)\b"
)  # fmt: skip


def openings(lines: list[str], mark: str) -> list[tuple[int, str]]:
    """The first line of each comment, and its number; a comment of several lines has one."""
    found, continues = [], False
    for number, line in enumerate(lines, 1):
        comment = re.search(rf"(?:^|\s){mark}(?: (.*))?$", line)
        is_alone = line.strip().startswith(mark)
        if comment and not (is_alone and continues):
            found.append((number, comment[1] or ""))
        continues = comment is not None
    return found


def without_subject(lines: list[str], mark: str) -> list[tuple[int, str]]:
    return [(number, text) for number, text in openings(lines, mark) if REFUSED.match(text)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPO)))
def test_comments_open_with_a_subject(path: Path) -> None:
    assert without_subject(path.read_text(encoding="utf-8").splitlines(), MARKS[path.suffix]) == []


def test_an_opening_without_a_subject_is_seen() -> None:
    lines = ["// The rows", "// For which", "int a;  // of rows", "", "  // For rows.", "int b;  // Which."]
    assert without_subject(lines, "//") == [(5, "For rows."), (6, "Which.")]
