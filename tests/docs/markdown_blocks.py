"""The documents' fenced blocks, their links and the options that they name, as markdown-it reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

REPO = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    [REPO / "README.md", REPO / "CONTRIBUTING.md", *REPO.glob("docs/*.md"), *REPO.glob("scripts/*/README.md")]
)
MARKDOWN = MarkdownIt("commonmark").enable("table").use(anchors_plugin, max_level=6)

RULES = {
    "replace": "A => B: the block runs with B in the place of A",
    "before": "a command that runs first, in the same folder",
    "after": "a command that must succeed when the block has run",
    "full": "why trainings go on to their end; else those that name no --epochs have two",
    "expect": "a regular expression that the block's output must contain",
    "makes": "a file that the block makes",
    "exact": "lines of shown output with this text are compared to the letter",
    "near": "NUMBER TEXT: numbers in shown lines with this text may differ by NUMBER",
    "loose": "of shown lines with this text the first word alone is compared",
    "save": "the name under which a block of settings or data is written",
    "run": "a command that reads what `save` wrote",
    "script": "why the block is not run here: its scripts, presets and variables must exist all the same",
    "usage": "the program whose options the block lists",
    "needs": "Python packages without which the block is left out",
    "text": "what the block is, if it is neither command nor data nor program",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    document: Path
    line: int

    def __str__(self) -> str:
        return f"{self.document.relative_to(REPO)}:{self.line}"


@dataclass
class Block:
    place: Place
    language: str
    text: str
    rules: dict[str, list[str]] = field(default_factory=dict)

    def rule(self, name: str) -> list[str]:
        return self.rules.get(name, [])

    def replaced(self) -> str:
        text = self.text
        for rule in self.rule("replace"):
            old, _, new = (part.strip() for part in rule.partition("=>"))
            assert old in text, f"{self.place}: the rule replaces {old!r}, which the block lacks"
            text = text.replace(old, new)
        return text


def tokens(document: Path) -> list[Token]:
    return MARKDOWN.parse(document.read_text(encoding="utf-8"))


def blocks(document: Path) -> Iterator[Block]:
    previous = None
    for token in tokens(document):
        if token.type in ("fence", "code_block"):
            block = Block(Place(document, token.map[0] + 1), token.info.strip(), token.content)
            if previous is not None and previous.type == "html_block":
                block.rules = read_rules(previous.content, block.place)
            yield block
        previous = token


def read_rules(comment: str, place: Place) -> dict[str, list[str]]:
    """The rules of `<!-- test: KEY: VALUE -->`; several stand on lines of their own."""
    found = re.fullmatch(r"<!-- test:(.*)-->", comment.strip(), re.DOTALL)
    rules: dict[str, list[str]] = {}
    for line in found.group(1).strip().splitlines() if found else []:
        name, _, value = line.strip().partition(": ")
        assert name in RULES, f"{place}: no rule is called {name!r}; there are\n{describe_rules()}"
        rules.setdefault(name, []).append(value.strip())
    return rules


def describe_rules() -> str:
    return "\n".join(f"  {name}: {meaning}" for name, meaning in RULES.items())


def inline_tokens(document: Path) -> Iterator[tuple[Place, Token]]:
    for token in tokens(document):
        for child in token.children or []:
            yield Place(document, token.map[0] + 1), child


def links(document: Path) -> Iterator[tuple[Place, str]]:
    for place, token in inline_tokens(document):
        target = token.attrGet("href") or token.attrGet("src")
        if target is not None:
            yield place, str(target)


def code_spans(document: Path) -> Iterator[tuple[Place, str]]:
    return ((place, token.content) for place, token in inline_tokens(document) if token.type == "code_inline")


def anchors(document: Path) -> set[str]:
    return {str(token.attrGet("id")) for token in tokens(document) if token.type == "heading_open"}
