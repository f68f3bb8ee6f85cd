"""The same rows in each form in which people have them give the same weights, bit for bit."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from mnemo_program import SAMPLE, run_mnemo

SMALL_TEXT = ["--epochs=1", "--vocab-size=1000", "--embedding-dim=16", "--hidden-size=8", "--threads=1", "--quiet",
              "--report=false", "--ngrams=0"]  # fmt: skip
SMALL_SERIES = ["--epochs=2", "--hidden-sizes=8", "--threads=1", "--quiet", "--report=false"]
ROWS = 300
REVIEWS = SAMPLE / "reviews_train.csv"


def weights(out: Path, task: str, train_file: Path, *options: str) -> bytes:
    small = SMALL_TEXT if task == "text" else SMALL_SERIES
    run_mnemo("train", task, "--train", train_file, "--out", out, *small, *options)
    return (out / "weights.safetensors").read_bytes()


def real(*parts: str) -> list[Path]:
    """A file of the real data, where there are any."""
    file = Path(os.environ.get("MNEMO_DATA", "/nowhere"), *parts)
    return [file] if file.exists() else []


def text_rows(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [(row["label"], row["text"]) for row in csv.DictReader(stream)]
    step = max(1, len(rows) // ROWS)
    return rows[::step][:ROWS]


def write_table(file: Path, rows: list[tuple[str, ...]], **dialect: object) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, **dialect).writerows(rows)
    return file


@pytest.mark.parametrize("source", [REVIEWS, *real("imdb", "train.csv")], ids=lambda p: p.parent.name)
def test_folders_of_text_files_as_imdb_comes(source, tmp_path):
    # A folder is read label by label, and the files of one in the order of their names.
    rows = sorted(text_rows(source), key=lambda row: row[0])
    for number, (label, text) in enumerate(rows):
        folder = tmp_path / "train" / label
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8", newline="")
    table = write_table(tmp_path / "train.csv", [("label", "text"), *rows])
    assert weights(tmp_path / "a", "text", tmp_path / "train") == weights(tmp_path / "b", "text", table)


@pytest.mark.parametrize("source", [REVIEWS, *real("agnews", "train_subset.csv")], ids=lambda p: p.parent.name)
def test_the_headerless_table_as_ag_news_comes(source, tmp_path):
    rows = []
    numbers = {label: str(i + 1) for i, label in enumerate(sorted({label for label, _ in text_rows(source)}))}
    for label, text in text_rows(source):
        words = " ".join(text.split()).split(" ")
        rows.append((numbers[label], " ".join(words[:4]), " ".join(words[4:])))
    official = write_table(tmp_path / "official.csv", rows, quoting=csv.QUOTE_ALL)
    joined = write_table(tmp_path / "joined.csv", [("label", "text"), *((c, f"{a} {b}") for c, a, b in rows)])
    columns = ["--label-column=1", "--text-column=2,3"]
    assert weights(tmp_path / "a", "text", official, *columns) == weights(tmp_path / "b", "text", joined)


@dataclass
class Problem:
    cells: list[list[list[str]]]  # of each series its features, and of these the steps
    labels: list[str]

    @property
    def values(self) -> np.ndarray:
        """(series, steps, features)"""
        values = np.array([[[float(cell) for cell in feature] for feature in one] for one in self.cells])
        return values.transpose(0, 2, 1)


def read_ts(file: Path) -> Problem:
    lines = [line.strip() for line in file.read_text().splitlines() if line.strip() and line[0] not in "#@"]
    fields = [line.split(":") for line in lines]
    return Problem([[part.split(",") for part in one[:-1]] for one in fields], [one[-1] for one in fields])


def write_long(problem: Problem, file: Path) -> Path:
    features = len(problem.cells[0])
    rows: list[tuple[str, ...]] = [("id", *(f"x{i}" for i in range(features)), "label")]
    for number, (one, label) in enumerate(zip(problem.cells, problem.labels)):
        rows += [(f"s{number:04}", *step, label) for step in zip(*one)]
    return write_table(file, rows)


def write_npz(problem: Problem, file: Path) -> Path:
    np.savez(file, X=problem.values, y=np.array(problem.labels))
    return file


def write_arff(problem: Problem, file: Path) -> Path:
    names, features = ",".join(sorted(set(problem.labels))), len(problem.cells[0])
    steps = "".join(f"@attribute t{i} numeric\n" for i in range(len(problem.cells[0][0])))
    head, rows = "@relation x\n", []
    if features == 1:
        head += steps
        rows = [",".join(one[0]) + f",{label}" for one, label in zip(problem.cells, problem.labels)]
    else:
        head += f"@attribute all relational\n{steps}@end all\n"
        for one, label in zip(problem.cells, problem.labels):
            rows.append("'" + "\\n".join(",".join(feature) for feature in one) + f"',{label}")
    file.write_text(head + f"@attribute label {{{names}}}\n@data\n" + "\n".join(rows) + "\n")
    return file


def write_ucr(problem: Problem, file: Path) -> Path:
    file.write_text("".join("\t".join([label, *one[0]]) + "\n" for one, label in zip(problem.cells, problem.labels)))
    return file


UNIVARIATE = [*real("uea", "ItalyPowerDemand_TRAIN.ts")]
MULTIVARIATE = [SAMPLE / "motions_train.ts", *real("uea", "BasicMotions_TRAIN.ts")]


def is_even(problem: Problem) -> bool:
    return len({len(feature) for one in problem.cells for feature in one}) == 1


@pytest.mark.parametrize("source", [*MULTIVARIATE, *UNIVARIATE], ids=lambda p: p.stem)
def test_the_forms_of_a_problem_of_series(source, tmp_path):
    problem = read_ts(source)
    expected = weights(tmp_path / "ts", "series", source)
    forms = {"long": write_long(problem, tmp_path / "long.csv")}
    if is_even(problem):
        forms["npz"] = write_npz(problem, tmp_path / "all.npz")
        forms["arff"] = write_arff(problem, tmp_path / "all.arff")
        if source in UNIVARIATE:
            forms["ucr"] = write_ucr(problem, tmp_path / "ucr.tsv")
    for name, file in forms.items():
        assert weights(tmp_path / name, "series", file) == expected, name
