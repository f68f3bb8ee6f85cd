"""What is done with a block: it runs, or stands in a program that is compiled, or is read; it is never passed over."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable

import pytest

from markdown_blocks import REPO, Block, describe_rules
from presets_and_scripts import check_scripts, check_usage
from shell_commands import clear_outputs, command_lines, mnemo_call, run_and_check
from shown_output import LineMatcher, difference, exchanges
from workshop import BINARY, Workshop

PROGRAMS = sorted(REPO.glob("tests/install/*/main.cpp"))


def check_block(block: Block, workshop: Workshop) -> None:
    for package in ",".join(block.rule("needs")).split(","):
        if package and importlib.util.find_spec(package.strip()) is None:
            pytest.skip(f"{block.place} needs the Python package {package.strip()}")
    if block.rule("text"):
        assert block.language == "text", f"{block.place}: a block of `{block.language}` is run or read, not called text"
        return
    check = LANGUAGES.get("usage" if block.rule("usage") else block.language)
    assert check, (
        f"{block.place}: nothing checks this block. Its language is {block.language or 'missing'!r}; known are "
        f"{', '.join(LANGUAGES)}; or write `<!-- test: RULE: ... -->` in the line before it, with one of\n"
        + describe_rules()
    )
    if block.rule("full"):
        workshop.epochs = ""
    for command in block.rule("before"):
        workshop.run(command)
    check(block, workshop)
    for command in block.rule("after"):
        workshop.run(command)


def run_shell(block: Block, workshop: Workshop) -> None:
    if block.rule("script"):
        check_scripts(block)
        return
    lines = list(command_lines(block.replaced()))
    assert lines, f"{block.place}: the block has no command"
    clear_outputs(workshop, lines)
    expect(block, workshop, "".join(run_and_check(workshop, line).output for line in lines))
    unchecked = [line for line in lines if mnemo_call(line) is None]
    assert not unchecked or block.rule("expect") or block.rule("makes"), (
        f"{block.place}: `{unchecked[0]}` is no command of mnemo's; write beside the block what it must print or make\n"
        + describe_rules()
    )


def run_console(block: Block, workshop: Workshop) -> None:
    matcher = LineMatcher(block)
    found = exchanges(block)
    for exchange in found:
        result = workshop.run(exchange.command)
        printed = [line for line in (result.errors + result.output).splitlines() if line.strip()]
        wrong = difference(matcher, exchange.shown, printed)
        assert wrong is None, f"{block.place}: $ {exchange.command}\n{wrong}"
    for text in matcher.exact + matcher.loose + [text for _, text in matcher.near]:
        assert any(text in line for exchange in found for line in exchange.shown), (
            f"{block.place}: no line has {text!r}"
        )
    expect(block, workshop, "")


def run_python(block: Block, workshop: Workshop) -> None:
    assert block.rule("expect") or block.rule("makes"), f"{block.place}: say beside it what it prints (expect) or makes"
    program = [sys.executable, "-W", "error::SyntaxWarning", "-c", block.replaced()]
    environment = {**os.environ, "PYTHONPATH": str(BINARY.parent / "python"), "OMP_NUM_THREADS": "1"}
    environment["XDG_CACHE_HOME"] = str(workshop.folder / "cache")
    done = subprocess.run(program, cwd=workshop.folder, env=environment, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, f"{block.place}:\n{done.stderr}"
    expect(block, workshop, done.stdout)


def expect(block: Block, workshop: Workshop, output: str) -> None:
    for pattern in block.rule("expect"):
        assert re.search(pattern, output, re.MULTILINE), f"{block.place}: no {pattern!r} in\n{output}"
    for file in block.rule("makes"):
        made = workshop.folder / file
        assert made.is_file() and made.stat().st_size > 0, f"{block.place}: made no {file}"


def find_in_program(block: Block, workshop: Workshop) -> None:
    """C++ is shown as it stands in a program that the tests compile: each paragraph's lines, in a row and in order."""
    paragraphs = [[line.strip() for line in part.splitlines()] for part in block.text.strip().split("\n\n")]
    for program in PROGRAMS:
        lines = [line.strip() for line in program.read_text(encoding="utf-8").splitlines()]
        missing = first_missing(paragraphs, lines)
        if missing is None:
            return
        if missing != paragraphs[0]:
            pytest.fail(f"{block.place}: {program.relative_to(REPO)} does not have, in a row,\n" + "\n".join(missing))
    pytest.fail(f"{block.place}: no program of tests/install begins so; there are {[str(p) for p in PROGRAMS]}")


def first_missing(paragraphs: list[list[str]], lines: list[str]) -> list[str] | None:
    place = 0
    for paragraph in paragraphs:
        ends = [i for i in range(place, len(lines)) if lines[i : i + len(paragraph)] == paragraph]
        if not ends:
            return paragraph
        place = ends[0] + len(paragraph)
    return None


def run_data(block: Block, workshop: Workshop) -> None:
    """Settings and data are written to the file that `save` names and read by the commands of `run`."""
    assert block.rule("save") and block.rule("run"), f"{block.place}: say beside it how it is used (save, run)"
    (workshop.folder / block.rule("save")[0]).write_text(block.replaced(), encoding="utf-8")
    for line in block.rule("run"):
        assert block.rule("save")[0] in shlex.split(line), f"{block.place}: `{line}` does not read the block"
        clear_outputs(workshop, [line])
        expect(block, workshop, run_and_check(workshop, line).output)


def read_usage(block: Block, workshop: Workshop) -> None:
    check_usage(block)


LANGUAGES: dict[str, Callable[[Block, Workshop], None]] = {
    "sh": run_shell,
    "console": run_console,
    "python": run_python,
    "cpp": find_in_program,
    "ini": run_data,
    "csv": run_data,
    "json": run_data,
    "usage": read_usage,
}
