"""Blocks that take minutes or change the machine are not run: what they name must exist, and be as they use it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess

from markdown_blocks import REPO, Block
from shell_commands import command_lines

OPTION = r"(?<![\w-])--[a-z][a-z0-9-]*"
TOOLS = {"cmake", "ctest"}  # programs of others, of which the presets are ours


def check_scripts(block: Block) -> None:
    for line in command_lines(block.replaced()):
        words = shlex.split(line, comments=True)
        variables = [words.pop(0).split("=")[0] for _ in takewhile_assignment(words)]
        if words[0] == "export":
            continue  # what it leads to is for the shell that it is typed into
        if words[0] in TOOLS:
            assert not variables
            check_presets(block, words)
            continue
        script = REPO / words[0]
        assert script.is_file() and script.stat().st_mode & 0o111, f"{block.place}: {words[0]} is no program here"
        subprocess.run(["bash", "-n", script], check=True)
        text = script.read_text(encoding="utf-8")
        for variable in variables:
            assert variable in text or variable.startswith("PIP_"), f"{block.place}: {words[0]} knows no {variable}"
        for word in words[1:]:
            if re.fullmatch(OPTION, word):
                assert knows(text, script, word), f"{block.place}: {words[0]} knows no {word}"
        if script.name == "setup.sh" and len(words) > 1:
            assert words[1] in presets(), f"{block.place}: no preset is called {words[1]}; there are {presets()}"


def takewhile_assignment(words: list[str]) -> list[str]:
    count = next((i for i, word in enumerate(words) if not re.match(r"\w+=", word)), len(words))
    return words[:count]


def check_presets(block: Block, words: list[str]) -> None:
    if "--preset" in words:
        name = words[words.index("--preset") + 1]
        assert name in presets(), f"{block.place}: no preset is called {name}; there are {presets()}"


def presets() -> list[str]:
    found = json.loads((REPO / "CMakePresets.json").read_text(encoding="utf-8"))
    return [preset["name"] for preset in found["configurePresets"] if not preset.get("hidden")]


def check_usage(block: Block) -> None:
    for name in block.rule("usage"):
        program = REPO / name
        text = program.read_text(encoding="utf-8")
        options = re.findall(OPTION, block.text)
        assert options, f"{block.place}: lists no option"
        for option in options:
            assert knows(text, program, option), f"{block.place}: {name} and what lies beside it know no {option}"


def knows(text: str, program, option: str) -> bool:
    """Whether the program, or a Python file beside a shell script, which reads the options for it, has the option."""
    beside = program.parent.glob("*.py") if program.suffix == ".sh" else []
    texts = [text, *(file.read_text(encoding="utf-8") for file in beside)]
    return any(re.search(rf"{re.escape(option)}(?![\w-])", one) for one in texts)
