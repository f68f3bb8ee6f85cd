"""What the other tests here would let pass if they looked away: each of these must be noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from block_checks import check_block, find_in_program
from markdown_blocks import REPO, Block, Place, blocks, code_spans
from shell_commands import command_lines, mnemo_call
from shown_output import LineMatcher, difference

SHOWN = ["epoch 1: train loss 0.7028, accuracy 0.4790; 34,571 tokens/s, 0:01", "...", "label   F1", 'pos "a" +1.5']
PRINTED = ["epoch 1: train loss 0.71, accuracy 0.52; 9 tokens/s, 1:02", "epoch 2", "label  F1", 'pos "a" -0.25']


def block(text: str = "", language: str = "", /, **rules: list[str]) -> Block:
    return Block(Place(REPO / "README.md", 1), language, text, rules)


def compare(printed: list[str], **rules: list[str]) -> str | None:
    return difference(LineMatcher(block(**rules)), SHOWN, printed)


def test_numbers_may_differ_and_words_may_not() -> None:
    assert compare(PRINTED) is None
    assert compare([line.replace("accuracy", "precision") for line in PRINTED])
    assert compare([line.replace("0.71", "nan") for line in PRINTED])
    assert compare(PRINTED[:-1])
    assert compare([*PRINTED, "one line more"])
    assert compare(["one line before", *PRINTED])


def test_rules_of_lines() -> None:
    assert compare(PRINTED, near=["0.05 train loss"])  # 34,571 tokens are not near 9
    assert compare(SHOWN[:1] + PRINTED[1:], exact=["epoch"]) is None
    assert compare(PRINTED, exact=["epoch"])
    assert compare([*PRINTED[:-1], "pos and other words"], loose=["pos"]) is None
    assert compare([*PRINTED[:-1], "neg and other words"], loose=["pos"])


@pytest.mark.parametrize(
    "wrong, message",
    [
        (block("mnemo info runs/reviews"), "nothing checks this block"),
        (block("puts 1", "ruby"), "nothing checks this block"),
        (block("mnemo info", "sh", text=["why"]), "is run or read, not called text"),
        (block("# no command", "sh"), "has no command"),
        (block("mnemo info a", "sh", replace=["b => c"]), "which the block lacks"),
        (block("print(1)", "python"), "say beside it what it prints"),
        (block("learning-rate = 1", "ini"), "say beside it how it is used"),
        (block("./scripts/no_such.sh", "sh", script=["why"]), "is no program here"),
        (block("./scripts/setup.sh no-preset", "sh", script=["why"]), "no preset is called no-preset"),
        (block("cmake --build --preset no-preset", "sh", script=["why"]), "no preset is called no-preset"),
        (block("scripts/benchmark/run.sh --quickly", "sh", script=["why"]), "knows no --quickly"),
        (block("run.sh [--quickly]", "text", usage=["scripts/benchmark/run.sh"]), "know no --quickly"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_blocks_that_fail(wrong: Block, message: str) -> None:
    with pytest.raises(AssertionError, match=message) as failed:
        check_block(wrong, workshop=None)
    assert "README.md:1" in str(failed.value)


def test_program_that_differs() -> None:
    find_in_program(block("const auto classifier = mnemo::Classifier::load(model, {.threads = 1});", "cpp"), None)
    with pytest.raises(pytest.fail.Exception, match="README.md:1"):
        find_in_program(block("const auto classifier = mnemo::Classifier::read(model, {.threads = 1});", "cpp"), None)


def test_markdown_is_taken_apart(tmp_path: Path) -> None:
    page = REPO / "docs" / "training.md"
    assert [found.rules.keys() for found in blocks(page)] == [{"text"}]
    assert "--find-learning-rate" in [code for _, code in code_spans(page)]
    assert list(command_lines("a \\\n  b  # why\n# nothing\n\nc")) == ["a b  # why", "c"]


def test_calls_are_taken_apart() -> None:
    call = mnemo_call('echo "Loved it" | build/release/mnemo predict "a run" --top 3 > out.txt  # why')
    assert call is not None
    assert (call.arguments, call.output_file) == (["predict", "a run", "--top", "3"], "out.txt")
    assert mnemo_call("scripts/reference/export_pt2.py --mnemo") is None
