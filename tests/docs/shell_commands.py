"""Command lines as documents show them: taken apart, run, and judged by what they leave."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from workshop import Result, Workshop

NUMBER = r"[-+]?\d[\d.,e+-]*"


def command_lines(text: str) -> Iterator[str]:
    """One command each; a backslash at a line's end joins it with the next."""
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if shlex.split(line, comments=True):
            yield line


@dataclass
class MnemoCall:
    """What follows the word mnemo in a command line, up to a pipe, and where its output goes."""

    arguments: list[str]
    output_file: str | None

    @property
    def verb(self) -> str:
        return self.arguments[0]

    def has(self, option: str) -> bool:
        return option in self.arguments

    def option(self, name: str) -> str | None:
        return self.arguments[self.arguments.index(name) + 1] if name in self.arguments else None

    def makes_run(self) -> bool:
        return self.verb in ("train", "pretrain", "import", "tune", "compare") and self.option("--out") is not None


def mnemo_call(line: str) -> MnemoCall | None:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|>;&")
    lexer.whitespace_split = True
    words = list(lexer)
    start = next((i for i, word in enumerate(words) if Path(word).name == "mnemo"), None)
    if start is None:
        return None
    arguments, output_file = words[start + 1 :], None
    for i, word in enumerate(arguments):
        if word == ">":
            output_file = arguments[i + 1]
        if word in ("|", ">", ";", "&&"):
            arguments = arguments[:i]
            break
    return MnemoCall(arguments, output_file)


def clear_outputs(workshop: Workshop, lines: list[str]) -> None:
    """What the lines make is removed first, so that finding it afterwards means something."""
    for line in lines:
        call = mnemo_call(line)
        if call and call.makes_run() and not call.has("--resume"):
            shutil.rmtree(workshop.folder / str(call.option("--out")), ignore_errors=True)
        elif call and (file := call.option("--out") or call.output_file):
            (workshop.folder / file).unlink(missing_ok=True)


def run_and_check(workshop: Workshop, line: str) -> Result:
    result = workshop.run(line)
    call = mnemo_call(line)
    if call is not None:
        if call.output_file:
            result.output += (workshop.folder / call.output_file).read_text(encoding="utf-8")
        check = CHECKS.get(call.verb)
        assert check, f"$ {line}\nno check in {Path(__file__).name} says what `mnemo {call.verb}` should leave"
        check(workshop.folder, call, result)
    return result


def require(result: Result, pattern: str) -> None:
    found = re.search(pattern, result.output, re.MULTILINE)
    assert found, f"$ {result.command}\nits output lacks {pattern!r}:\n{result.output[-2000:]}{result.errors[-2000:]}"


def check_training(folder: Path, call: MnemoCall, result: Result) -> None:
    if call.has("--help"):
        return require(result, r"^ +--epochs\b.*\n")
    if call.has("--print-config"):
        return require(result, r"^learning-rate *= *[\d.]+$")
    if call.has("--print-space"):
        return require(result, r"^learning-rate = .*\.\.")
    out = call.option("--out")
    assert out, f"$ {result.command}\nnames no --out"
    run = folder / out
    meta = json.loads((run / "meta.json").read_text(encoding="utf-8"))
    assert meta["task"] == ("pretrained-text" if call.verb == "pretrain" else call.arguments[1]), meta["task"]
    assert (run / "weights.safetensors").stat().st_size > 1000
    assert (run / "config.ini").read_text(encoding="utf-8")


def check_comparison(folder: Path, call: MnemoCall, result: Result) -> None:
    require(result, r"validation.loss|\"valid_loss\": \d")
    table = (folder / str(call.option("--out")) / "compare.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^\| [\w-]+ \| .*\d", table, re.MULTILINE)) >= 2, table


def check_evaluation(folder: Path, call: MnemoCall, result: Result) -> None:
    require(result, rf"^(accuracy +[01]\.\d{{4}} +95% interval|model( +{NUMBER}){{3,}})")


def check_backtest(folder: Path, call: MnemoCall, result: Result) -> None:
    require(result, rf"^model( +{NUMBER}){{3,}}")
    if output := call.option("--output"):
        assert len((folder / output).read_text(encoding="utf-8").splitlines()) > 1


def check_predictions(folder: Path, call: MnemoCall, result: Result) -> None:
    lines = result.output.splitlines()
    if "," in lines[0]:
        lines = lines[1:]  # a header of columns
    assert lines and all(re.fullmatch(rf"\S.*[\t,]{NUMBER}", line) for line in lines), result.output
    source = call.option("--input")
    if source and source.endswith(".txt"):
        assert len(lines) == len((folder / source).read_text(encoding="utf-8").splitlines())


def check_explanation(folder: Path, call: MnemoCall, result: Result) -> None:
    if call.option("--format") == "html":
        return require(result, r"<html[^>]*>(.|\n)*</html>")
    require(result, rf"{NUMBER}")
    require(result, r"probability|words|log-odds|contribution|of the baseline")


def check_info(folder: Path, call: MnemoCall, result: Result) -> None:
    require(result, r", task [\w-]+, made by mnemo \d")


def check_report(folder: Path, call: MnemoCall, result: Result) -> None:
    page = call.option("--out") or f"{call.arguments[1]}/report.html"
    text = (folder / page).read_text(encoding="utf-8")
    assert "<html" in text and "</html>" in text and len(text) > 100_000, f"{page} is no report"


def check_diagnosis(folder: Path, call: MnemoCall, result: Result) -> None:
    require(result, r"gradient")
    require(result, r"update")


def check_export(folder: Path, call: MnemoCall, result: Result) -> None:
    extra = {"mnemo.json": ""}
    torch.jit.load(folder / str(call.option("--out")), _extra_files=extra)
    assert json.loads(extra["mnemo.json"])


def check_generated(folder: Path, call: MnemoCall, result: Result) -> None:
    data = (folder / str(call.option("--out"))).read_text(encoding="utf-8").split("@data\n")[1].splitlines()
    assert len(data) == int(call.option("--rows") or 0)


def check_formats(folder: Path, call: MnemoCall, result: Result) -> None:
    if call.arguments[1:2] == ["holidays"]:
        require(result, r"2026-12-25  Christmas Day")
        return
    require(result, r"--input-format")
    require(result, r"__label__")


CHECKS: dict[str, Callable[[Path, MnemoCall, Result], None]] = {
    "train": check_training,
    "pretrain": check_training,
    "import": check_training,
    "tune": check_training,
    "compare": check_comparison,
    "evaluate": check_evaluation,
    "backtest": check_backtest,
    "predict": check_predictions,
    "explain": check_explanation,
    "info": check_info,
    "report": check_report,
    "diagnose": check_diagnosis,
    "export": check_export,
    "generate": check_generated,
    "formats": check_formats,
}
