"""The exported file answers the same in plain Python (scripts/reference/run_exported.py) as in mnemo."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mnemo_program import REPO, predict, run_mnemo, train

PROGRAM = REPO / "scripts" / "reference" / "run_exported.py"


def classify_in_python(model: Path, texts: list[str]) -> tuple[list[str], torch.Tensor]:
    stdin = "".join(text + "\n" for text in texts).encode()
    result = subprocess.run([sys.executable, PROGRAM, model, "--top=2"], input=stdin, capture_output=True)
    assert result.returncode == 0, result.stderr.decode()
    rows = [line.split("\t") for line in result.stdout.decode().splitlines()]
    ranked = [sorted(zip(row[0::2], map(float, row[1::2]))) for row in rows]
    return [row[0] for row in rows], torch.tensor([[p for _, p in row] for row in ranked])


@pytest.mark.parametrize("truncate", ["head", "tail", "both"])
def test_answers_are_the_same(tmp_path, reviews, truncate):
    run = train(tmp_path / "run", f"--truncate={truncate}", "--max-length=31", "--epochs=3")
    model = tmp_path / "model.pt"
    run_mnemo("export", run, "--out", model)
    long_text = " ".join(reviews[:6])
    texts = ["", *reviews[:70], long_text, "空调坏了没人修", "a\rb", "a <br /> B", reviews[0] * 3]
    labels, expected = predict(run, texts)
    python_labels, found = classify_in_python(model, texts)
    assert python_labels == labels
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    _, from_export = predict(model, texts)
    torch.testing.assert_close(from_export, expected, rtol=0, atol=1e-5)


def test_what_is_kept_of_a_long_text_matters(tmp_path, reviews):
    """Or the test above could not tell one way to truncate from another."""
    long_text = " ".join(reviews[:6])
    answers = []
    for truncate in ["head", "tail", "both"]:
        run = train(tmp_path / truncate, f"--truncate={truncate}", "--max-length=31", "--epochs=1")
        answers.append(predict(run, [long_text])[1])
    assert not torch.allclose(answers[0], answers[1], atol=1e-4)
    assert not torch.allclose(answers[0], answers[2], atol=1e-4)
