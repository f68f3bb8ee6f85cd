"""A C++ test stands where its source does: tests/X/y_test.cpp tests X/y.h or X/y.cpp. tests/cli and the folders beside
it test the program as a whole, and mirror nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
MIRRORED = ("app", "common", "datasets", "models")
# Tests of more than one source, or of one that has two files of tests, and why.
OTHERS = {
    "app/library/answers": "the objects of all tasks answer as the program does",
    "app/library/pretraining": "a language model and the classifier that starts from it",
    "app/library/threads": "the whole library, asked by many threads",
    "app/library/trainings_at_once": "trainings of all tasks in one process",
    "app/symbol_clash": "two libraries that mnemo links",
    "app/tasks/auxiliary_tasks": "heads that train along, in the objectives of two tasks",
    "app/tasks/new_parts": "the new_parts() of each task",
    "app/tasks/stored_models": "the settings of each task",
    "datasets/table_series": "the series and times of number_table, whose tests would be too long in one file",
    "datasets/text_labels": "labels by every reader of texts",
    "models/kernels/kernel_bounds": "all kernels, at the edges of their operands",
    "models/recurrent/lstm_parity": "the numbers of lstm_layer, on a grid of shapes",
    "models/recurrent/recurrent_gradient": "the gradients of recurrent_encoder, in double",
}
TESTS = sorted(path for folder in MIRRORED for path in (REPO / "tests" / folder).rglob("*_test.cpp"))


def source_of(test: Path) -> str:
    return str(test.relative_to(REPO / "tests")).removesuffix("_test.cpp")


def has_source(name: str) -> bool:
    return any((REPO / f"{name}{ending}").exists() for ending in (".h", ".cpp"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(REPO)))
def test_a_test_stands_where_its_source_does(path: Path) -> None:
    assert has_source(source_of(path)) or source_of(path) in OTHERS


def test_the_others_are_there_and_have_no_source() -> None:
    assert [name for name in OTHERS if has_source(name)] == []
    assert sorted(OTHERS) == [name for name in map(source_of, TESTS) if name in OTHERS]


def test_every_test_is_compiled() -> None:
    listed = {
        (lists.parent / word).resolve()
        for folder in MIRRORED
        for lists in (REPO / "tests" / folder).rglob("CMakeLists.txt")
        for word in lists.read_text(encoding="utf-8").replace(")", " ").split()
        if word.endswith("_test.cpp")
    }
    assert [path for path in TESTS if path not in listed] == []
