"""Messages and comments outside app/cli/ name settings in backquotes; the command line alone shows them as flags."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import folders  # noqa: E402

COMMENT = re.compile(r"//(.*)")
COMMAND = re.compile(r"`mnemo [^`]*`")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
NAME = re.compile(r"`([a-z][a-z0-9-]*)`")
DESCRIBED = re.compile(
    r"\b(?:set|table)\s*\.(?:number|number_or_auto|text|list|flag|choice|choices)\(\s*\"([a-z0-9-]+)\"")

# These are words of a command line: of a child process, of a command that is shown, or of another program.
COMMANDS = {
    "app/explain/explanation_page.cpp": "a property of CSS",
    "app/explain/heat_page.h": "a property of CSS",
    "app/explain/number_writer.cpp": "a property of CSS",
    "app/report/report_data.cpp": "commands to run next",
    "app/report/report_words.cpp": "commands to run next",
    "app/search/tuner.cpp": "arguments of trials",
    "app/search/tuner.h": "arguments of trials",
    "app/search/tuner_probes.cpp": "arguments of trials",
    "app/tasks/frame/import.cpp": "a command to run before",
    "datasets/adding_problem.cpp": "the command that made a file",
    "datasets/tokenizer.cpp": "SentencePiece's own",
}


def sources():
    for top in ("app", "models", "datasets", "common", "include"):
        for path in sorted((folders.REPO / top).rglob("*")):
            if path.suffix in (".cpp", ".h"):
                yield path.relative_to(folders.REPO).as_posix(), path.read_text(encoding="utf-8")


def literals(text):
    for line in text.splitlines():
        if not line.lstrip().startswith(("//", "#include")):
            yield from LITERAL.findall(line)


def comments(text):
    """All that comments say, but for commands in backquotes, which may go over several lines."""
    return COMMAND.sub("", " ".join(comment.strip() for comment in COMMENT.findall(text)))


def test_messages_and_comments_name_no_flags():
    named = {path for path, text in sources() if not path.startswith("app/cli/")
             and any(FLAG.search(words) for words in [*literals(text), comments(text)])}
    assert named == set(COMMANDS), "name settings in backquotes, see CONTRIBUTING.md"


def test_what_messages_name_are_settings():
    known = {name for _, text in sources() for name in DESCRIBED.findall(text)}
    assert {"hidden-size", "resume", "quiet", "least-texts"} <= known
    for path, text in sources():
        for literal in literals(text):
            unknown = set(NAME.findall(literal)) - known
            assert not unknown, f"{path}: {literal}"
