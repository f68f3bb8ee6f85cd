"""The folders of the C++ code, what each may use, and what it does use: CONTRIBUTING's table, and its test.

    folders.py            print the table
    folders.py --write    put it into CONTRIBUTING.md

A folder's CMakeLists.txt says in the comment before its library what it owns, and after USES which folders' headers it
may include. include/mnemo, the public headers, lies below all of them.
"""

import collections
import dataclasses
import pathlib
import re
import sys

REPO = pathlib.Path(__file__).resolve().parents[1]
CONTRIBUTING = REPO / "CONTRIBUTING.md"
BEGIN, END = "<!-- folders: made by scripts/folders.py -->\n", "<!-- folders: end -->\n"

LIBRARY = re.compile(
    r"((?:^#[^\n]*\n)+)mnemo_(?:folder|library)\([\w/]+\s+(?:USES\s+([\w/\s]+?)\s+)?SOURCES", re.MULTILINE)


@dataclasses.dataclass
class Folder:
    name: str  # as USES has it: "common", and those below app/ as "tasks/text"
    path: pathlib.Path
    owns: str
    may_use: list[str]
    lines: int = 0
    includes: dict[str, list[str]] = dataclasses.field(default_factory=lambda: collections.defaultdict(list))


def read_folders(repo: pathlib.Path = REPO) -> dict[str, Folder]:
    """All folders with a library, from the ground up as CMake is told of them."""
    folders = {}
    for top in ("common", "datasets/times", "datasets", "datasets/series", "models", "models/export"):
        add_folder(folders, top, repo / top)
    for below in re.findall(r"^add_subdirectory\(([\w/]+)\)", (repo / "app/CMakeLists.txt").read_text(), re.MULTILINE):
        add_folder(folders, below, repo / "app" / below)
    for folder in folders.values():
        read_sources(folder, folders, repo)
    return folders


def add_folder(folders: dict[str, Folder], name: str, path: pathlib.Path) -> None:
    found = LIBRARY.search((path / "CMakeLists.txt").read_text())
    if not found:
        raise ValueError(f"{path}/CMakeLists.txt: expected a comment and below it mnemo_folder(... USES ... SOURCES ...)")
    owns = re.sub(r"^# ?", "", found[1], flags=re.MULTILINE).replace("\n", " ").strip()
    folders[name] = Folder(name, path, owns, (found[2] or "").split())


def read_sources(folder: Folder, folders: dict[str, Folder], repo: pathlib.Path) -> None:
    inner = [other.path for other in folders.values() if folder.path in other.path.parents]
    for source in sorted(folder.path.rglob("*")):
        if source.suffix not in (".cpp", ".h") or any(path in source.parents for path in inner):
            continue
        text = source.read_text(encoding="utf-8")
        folder.lines += text.count("\n")
        for header in re.findall(r'^#include "([^"]+)"', text, re.MULTILINE):
            owner = owner_of(header, folders, repo)
            if owner and owner != folder.name:
                folder.includes[owner].append(str(source.relative_to(repo)))


def owner_of(header: str, folders: dict[str, Folder], repo: pathlib.Path) -> str | None:
    """The folder that a header belongs to; none for the public ones and those of others' libraries."""
    for parent in (repo / header).parents:
        for folder in folders.values():
            if folder.path == parent:
                return folder.name
    return None


def table(folders: dict[str, Folder]) -> str:
    rows = ["| folder | what it owns | what it may use |", "|---|---|---|"]
    above = []
    for folder in folders.values():
        path = folder.path.relative_to(REPO)
        rows.append(f"| `{path}/` | {folder.owns.rstrip('.')} | {names_of(folder.may_use, above)} |")
        above.append(folder.name)
    return "\n".join(rows) + "\n"


def names_of(used: list[str], above: list[str]) -> str:
    others = [name for name in above if name not in used]
    ways = [", ".join(used), "all above" + (f" but {', '.join(others)}" if others else "")]
    return min(ways, key=len) if used else ""


def written_table() -> str:
    text = CONTRIBUTING.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN):text.index(END)].strip() + "\n"


def main() -> int:
    if sys.argv[1:] not in ([], ["--write"]):
        print("usage: folders.py [--write]", file=sys.stderr)
        return 2
    made = table(read_folders())
    if sys.argv[1:]:
        text = CONTRIBUTING.read_text(encoding="utf-8")
        begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
        CONTRIBUTING.write_text(f"{text[:begin]}\n{made}\n{text[end:]}", encoding="utf-8")
    else:
        print(made, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
