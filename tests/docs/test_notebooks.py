"""The notebooks run, cell by cell, and stand there with the pictures that they make."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from markdown_blocks import REPO
from workshop import BINARY, Workshop

NOTEBOOKS = sorted(REPO.glob("docs/notebooks/*.ipynb"))


def cells(notebook: Path, kind: str) -> list[dict]:
    all_cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in all_cells if cell["cell_type"] == kind]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_runs(notebook: Path, workshop: Workshop) -> None:
    program = "\n\n".join("".join(cell["source"]) for cell in cells(notebook, "code"))
    environment = {
        **os.environ,
        "PYTHONPATH": str(BINARY.parent / "python"),
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=workshop.folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_shows_what_it_makes(notebook: Path) -> None:
    outputs = [output for cell in cells(notebook, "code") for output in cell["outputs"]]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not [output for output in outputs if output["output_type"] == "error"]


def test_each_task_has_one() -> None:
    assert [notebook.stem for notebook in NOTEBOOKS] == ["forecasts", "series", "texts"]
