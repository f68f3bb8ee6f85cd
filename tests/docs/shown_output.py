"""The output that a document shows, against what the commands really print: words to the letter, numbers as numbers.

A line of three dots stands for any lines. Rules beside the block say more of single lines: `exact`, `near`, `loose`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_blocks import Block

NUMBER = r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?"
GAP = "..."


@dataclass
class Exchange:
    command: str
    shown: list[str]


def exchanges(block: Block) -> list[Exchange]:
    """The commands of a console block (`$ ...`, joined where a line ends in a backslash), each with what it shows."""
    found: list[Exchange] = []
    for line in re.sub(r"\\\n\s*", "", block.replaced()).splitlines():
        if line.startswith("$ "):
            found.append(Exchange(line[2:], []))
        elif line.strip():
            assert found, f"{block.place}: the block begins with output; `$ ` must stand before a command"
            found[-1].shown.append(line)
    return found


class LineMatcher:
    """Compares one shown line with one printed line, by the rules of its block."""

    def __init__(self, block: Block) -> None:
        self.exact = block.rule("exact")
        self.loose = block.rule("loose")
        self.near = [(float(rule.split(" ", 1)[0]), rule.split(" ", 1)[1]) for rule in block.rule("near")]

    def matches(self, shown: str, printed: str) -> bool:
        if any(text in shown for text in self.exact):
            return shown.split() == printed.split()
        if any(text in shown for text in self.loose):
            return shown.split()[0] == printed.split()[0]
        found = re.fullmatch(self.pattern(shown), printed.strip())
        if found is None:
            return False
        return all(
            abs(number(one) - number(other)) <= tolerance
            for tolerance, text in self.near
            if text in shown
            for one, other in zip(re.findall(self.bounded(NUMBER), shown), found.groups())
        )

    @staticmethod
    def bounded(pattern: str) -> str:
        return rf"(?<![\w.]){pattern}"

    def pattern(self, shown: str) -> str:
        parts = re.split(self.bounded(NUMBER), shown.strip())
        words = [r"\s+".join(re.escape(word) for word in re.split(r"\s+", part)) for part in parts]
        return f"({NUMBER})".join(words)


def number(text: str) -> float:
    return float(text.replace(",", ""))


def difference(matcher: LineMatcher, shown: list[str], printed: list[str]) -> str | None:
    """None where the printed lines are those shown; else what was looked for."""
    place, gap = 0, False
    for line in shown:
        if line.strip() == GAP:
            gap = True
            continue
        end = len(printed) if gap else min(place + 1, len(printed))
        hit = next((i for i in range(place, end) if matcher.matches(line, printed[i])), None)
        if hit is None:
            instead = "\n".join(printed[place : place + 5]) or "nothing more"
            where = "among more" if gap else "instead"
            return f"the document shows\n  {line}\nand the program prints, {where},\n{instead}"
        place, gap = hit + 1, False
    if place < len(printed) and not gap:
        return f"the program prints more than the document shows:\n{printed[place]}"
    return None
