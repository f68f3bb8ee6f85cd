"""A call's last argument is no bare true or false, which says nothing: it is named, or is an option or an enum."""

import pathlib
import re

REPO = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("app", "common", "datasets", "include", "models", "python/src", "tests")
BARE = re.compile(r", (?:true|false)\)")
CALLEE = re.compile(r"(\w+)(?:<[^<>()]*>)?(?: \w+)?$")
# Each says by its name what the boolean is: a value, or a default.
READABLE = re.compile(r"exchange|value|newer|find|count|vector|EXPECT_\w+|ASSERT_\w+")


def callee(text: str, end: int) -> str:
    """Of the call whose parenthesis closes before `end`."""
    depth = 0
    for place in range(end - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[place], 0)
        if depth == 0:
            found = CALLEE.search(text[:place])
            return found[1] if found else ""
    return ""


def bare_calls(text: str) -> list[str]:
    return [name for found in BARE.finditer(text) if not READABLE.fullmatch(name := callee(text, found.end()))]


def test_booleans_are_named():
    for top in FOLDERS:
        for path in sorted((REPO / top).rglob("*")):
            if path.suffix in (".cpp", ".h"):
                calls = bare_calls(path.read_text(encoding="utf-8"))
                assert not calls, f"{path.relative_to(REPO)}: {', '.join(calls)}"


def test_a_bare_one_is_seen():
    assert bare_calls("add(f(1), at(2), true); std::exchange(x, true); add(1, /*is=*/true);") == ["add"]
    assert bare_calls("std::vector<bool> is_taken(width, false);") == []
