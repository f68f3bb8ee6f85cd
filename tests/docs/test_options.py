"""Every `--option` that a document names in code is one of mnemo's, or of a script that the same page names."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from markdown_blocks import DOCUMENTS, REPO, code_spans
from presets_and_scripts import OPTION
from workshop import BINARY

# Options of other people's programs, each with the program that a reader gives it to.
FOREIGN = {"--exclude-libs": "the linker", "--logdir": "tensorboard"}


TASKS = ("text", "series", "forecast", "adding-problem")


@cache
def helps() -> str:
    """What `--help` says, of the program and of every command and task that it lists."""
    usage = help_of()
    text = usage
    for verb in sorted(set(re.findall(r"^  ([a-z]+) ", usage, re.MULTILINE))):
        own = help_of(verb)
        text += own
        # A command that works for a task says little or nothing of it without one.
        if not own or f"mnemo {verb} TASK" in own:
            text += "".join(help_of(verb, task) for task in TASKS)
    return text


def help_of(*words: str) -> str:
    done = subprocess.run([BINARY, *words, "--help"], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


@cache
def options_of_mnemo() -> frozenset[str]:
    return frozenset(re.findall(OPTION, helps()))


def scripts_named_in(document: Path) -> str:
    """The text of the scripts that a page names, in code, in a block or by a link."""
    named = document.read_text(encoding="utf-8")
    files = [file for pattern in ("**/*.py", "**/*.sh") for file in (REPO / "scripts").glob(pattern)]
    found = [file for file in files if file.name in named]
    if any(file.name == "run.sh" for file in found):
        found += (REPO / "scripts" / "benchmark").glob("*.py")
    return "\n".join(file.read_text(encoding="utf-8") for file in found)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(REPO)))
def test_options_exist(document: Path) -> None:
    of_scripts = set(re.findall(OPTION, scripts_named_in(document)))
    for place, code in code_spans(document):
        for option in re.findall(OPTION, code):
            known = option in options_of_mnemo() or option in of_scripts or option in FOREIGN
            assert known, f"{place}: `{code}`: neither mnemo nor a script that this page names has {option}"


def test_help_is_read() -> None:
    """An empty help would call every option unknown, a help of everything none."""
    assert len(options_of_mnemo()) > 100
    assert {"--train", "--horizon", "--softmax-draws", "--budget", "--deletion-test"} <= options_of_mnemo()
    assert "--no-such-option" not in options_of_mnemo()
