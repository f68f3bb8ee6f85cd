"""A run folder, its TorchScript (`mnemo export`), its .pt2 (export_pt2.py) and its ONNX file (export_onnx.py) give the
same probabilities."""

from __future__ import annotations

import csv
import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mnemo_program import REPO, SAMPLE, predict, run_mnemo, train
from test_numbers import passengers, read_motions, train_forecaster

REFERENCE = REPO / "scripts" / "reference"
sys.path.append(str(REFERENCE))
import run_exported  # noqa: E402

TOLERANCE = 1e-4
BATCH_SIZE = 32
Batch = tuple[torch.Tensor, ...]

# ONNX Runtime answers in a program of its own: its packages may be in the benchmark's environment alone.
RUN_ONNX = """
import sys, numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
names = [one.name for one in session.get_inputs()]
inputs = numpy.load(sys.argv[2])
answers = [session.run(None, {name: inputs[f"{i}.{j}"] for j, name in enumerate(names)})[0]
           for i in range(len(inputs.files) // len(names))]
numpy.savez(sys.argv[3], *answers)
"""


def python_with_onnx() -> str:
    for python in [sys.executable, str(REPO / ".venv-benchmark" / "bin" / "python")]:
        check = [python, "-c", "import onnx, onnxruntime, torch, safetensors"]
        if Path(python).exists() and subprocess.run(check, capture_output=True).returncode == 0:
            return python
    pytest.skip("onnx and onnxruntime are installed neither beside torch nor in .venv-benchmark")


def run_program(python: str, name: str, *arguments: object) -> None:
    result = subprocess.run([python, REFERENCE / name, *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def script_answers(run: Path, batches: list[Batch], folder: Path) -> list[torch.Tensor]:
    run_mnemo("export", run, "--out", folder / "model.pt")
    module = torch.jit.load(str(folder / "model.pt"))
    with torch.inference_mode():
        return [module(*batch) for batch in batches]


def pt2_answers(run: Path, batches: list[Batch], folder: Path) -> list[torch.Tensor]:
    run_program(sys.executable, "export_pt2.py", run, "--out", folder / "model.pt2")
    module = torch.export.load(folder / "model.pt2").module()
    with torch.no_grad():
        return [module(*batch) for batch in batches]


def aoti_answers(run: Path, batches: list[Batch], folder: Path) -> list[torch.Tensor]:
    if shutil.which("c++") is None and "CXX" not in os.environ:
        pytest.skip("AOTInductor needs a C++ compiler")
    if "MNEMO_DATA" not in os.environ:
        pytest.skip("compiling takes minutes: done when MNEMO_DATA is set, as the other long tests are")
    run_program(sys.executable, "export_pt2.py", run, "--aoti", "--out", folder / "model.pt2")
    module = torch._inductor.aoti_load_package(str(folder / "model.aoti.pt2"))
    return [module(*batch) for batch in batches]


def onnx_answers(run: Path, batches: list[Batch], folder: Path) -> list[torch.Tensor]:
    python = python_with_onnx()
    run_program(python, "export_onnx.py", run, "--out", folder / "model.onnx")
    inputs = {f"{i}.{j}": value.numpy() for i, batch in enumerate(batches) for j, value in enumerate(batch)}
    np.savez(folder / "inputs.npz", **inputs)
    command = [python, "-c", RUN_ONNX, folder / "model.onnx", folder / "inputs.npz", folder / "answers.npz"]
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return [torch.from_numpy(answer) for answer in np.load(folder / "answers.npz").values()]


FORMS = {"torchscript": script_answers, "pt2": pt2_answers, "onnx": onnx_answers, "aoti": aoti_answers}


def read_texts(path: Path) -> list[str]:
    """Each on one line."""
    with open(path, newline="", encoding="utf-8") as file:
        return [row["text"].replace("\n", " ").replace("\r", " ") for row in csv.DictReader(file)]


def sample_texts() -> list[str]:
    texts = read_texts(SAMPLE / "reviews_test.csv")
    return [" ".join(texts[i : i + 1 + i % 7]) for i in range(0, len(texts), 2)] + ["", "a"]


def imdb_texts() -> list[str]:
    if "MNEMO_DATA" not in os.environ:
        pytest.skip("set MNEMO_DATA to the folder that holds imdb")
    texts = read_texts(Path(os.environ["MNEMO_DATA"]) / "imdb" / "test.csv")
    return texts[:: len(texts) // 1000][:1000]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """The default model, small: two directions, attention beside the maximum, both ends of long texts."""
    return train(tmp_path_factory.mktemp("roads") / "run")


def encoded(run: Path, texts: list[str]) -> list[Batch]:
    """As run_exported.py cuts and pads them; the last batch is smaller, and one holds a single text."""
    if not run.with_suffix(".pt").exists():
        run_mnemo("export", run, "--out", run.with_suffix(".pt"))
    model = run_exported.load(run.with_suffix(".pt"))
    ids = [torch.tensor(run_exported.encode(model, text.encode())) for text in texts]
    parts = [ids[:1], *(ids[i : i + BATCH_SIZE] for i in range(1, len(ids), BATCH_SIZE))]
    pad = torch.nn.utils.rnn.pad_sequence
    return [(pad(part, batch_first=True), torch.tensor([len(one) for one in part])) for part in parts]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("texts_of", [sample_texts, imdb_texts])
def test_a_text_model_answers_the_same_in_every_form(run, tmp_path, texts_of, form):
    texts = texts_of()
    _, expected = predict(run, texts)
    assert expected.std(dim=0).min() > 1e-2, "answers that hardly differ would prove nothing"
    found = torch.cat(FORMS[form](run, encoded(run, texts), tmp_path))
    torch.testing.assert_close(found, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("form", ["pt2", "onnx"])
@pytest.mark.parametrize("options", [
    ["--cell=gru", "--layers=2", "--pooling=last,mean"],
    ["--cell=rnn", "--bidirectional=false", "--pooling=attention", "--heads=1", "--norm=batch"],
    ["--cell=transformer", "--layers=2"],
    ["--cell=transformer", "--bidirectional=false", "--positions=learned", "--pooling=last"],
])  # fmt: skip
def test_other_cells_and_poolings_leave_too(tmp_path, options, form):
    run = train(tmp_path / "run", "--epochs=1", *options)
    batches = encoded(run, sample_texts())
    expected = script_answers(run, batches, tmp_path)
    torch.testing.assert_close(FORMS[form](run, batches, tmp_path), expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("form", ["pt2", "onnx"])
@pytest.mark.parametrize("options", [["--hidden-sizes=12,8"], ["--hidden-sizes=12,12", "--cell=transformer"]])
def test_a_model_of_series_leaves_too(tmp_path, options, form):
    run_mnemo("train", "series", "--train", SAMPLE / "motions_train.ts", "--out", tmp_path / "run", "--epochs=2",
              "--quiet", *options)  # fmt: skip
    values, lengths = read_motions()
    batches = [(values[:1], lengths[:1]), (values, lengths)]
    expected = script_answers(tmp_path / "run", batches, tmp_path)
    torch.testing.assert_close(FORMS[form](tmp_path / "run", batches, tmp_path), expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("form", ["pt2", "onnx"])
def test_a_linear_part_leaves_too(tmp_path, form):
    values, lengths = read_motions()
    rows = [":".join(",".join(str(float(v)) for v in column) for column in series.T) for series in values[:, :16]]
    data = tmp_path / "even.ts"
    labelled = [f"{row}:{'early' if i % 2 else 'late'}" for i, row in enumerate(rows)]
    data.write_text("\n".join(["@classLabel true early late", "@data", *labelled]) + "\n")
    run_mnemo("train", "series", "--train", data, "--out", tmp_path / "run", "--epochs=2", "--hidden-sizes=12",
              "--quiet")  # fmt: skip
    assert "map of 16 steps" in run_mnemo("info", tmp_path / "run")
    batches = [(values[:1], lengths[:1]), (values, lengths), (values, lengths.clamp(max=9))]
    expected = script_answers(tmp_path / "run", batches, tmp_path)
    torch.testing.assert_close(FORMS[form](tmp_path / "run", batches, tmp_path), expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("form", ["pt2", "onnx"])
@pytest.mark.parametrize("options", [
    ["--quantiles=0.1,0.5,0.9"],
    ["--model=stacked", "--cell=gru"],
    ["--cell=transformer"],
    ["--model=stacked", "--cell=transformer", "--hidden-sizes=16,16"],
])  # fmt: skip
def test_a_forecaster_leaves_too(tmp_path, options, form):
    run = train_forecaster(tmp_path / "run", "--lookback=30", "--horizon=5", *options)
    history = passengers()
    batches = [(history[-30:].unsqueeze(0),), (torch.stack([history[i : i + 30] for i in range(7)]),)]
    expected = script_answers(run, batches, tmp_path)
    for one, other in itertools.zip_longest(FORMS[form](run, batches, tmp_path), expected):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-3)  # in thousands of passengers


def many_series(folder: Path) -> Path:
    """Two series on unlike scales, with promotions and weather that are known ahead."""
    rows = ["id,day,y,promo,weather"]
    for name, level in (("small", 1.0), ("large", 1e5)):
        for day in range(120):
            promo, weather = day % 5 == 0, ("sun", "rain", "snow")[day % 3]
            value = level * (1 + 0.1 * (day % 7) + 0.5 * promo)
            rows.append(f"{name},{np.datetime64('2024-01-01') + day},{value},{int(promo)},{weather}")
    data = folder / "many.csv"
    data.write_text("\n".join(rows) + "\n")
    return data


@pytest.mark.parametrize("form", ["pt2", "onnx"])
@pytest.mark.parametrize("options", [
    [], ["--quantiles=0.1,0.5,0.9", "--scaler=minmax", "--non-negative", "--holidays=AU"], ["--model=stacked"],
])  # fmt: skip
def test_what_is_known_ahead_and_each_series_scale_leave_too(tmp_path, options, form):
    run = tmp_path / "run"
    run_mnemo("train", "forecast", "--train", many_series(tmp_path), "--out", run, "--series-column=id", "--target=y",
              "--known=promo,weather", "--lookback=14", "--horizon=5", "--epochs=1", "--quiet", "--threads=1",
              *options)  # fmt: skip
    settings = json.loads((run / "meta.json").read_text(encoding="utf-8"))["settings"]
    assert settings["table"]["words"] == {"weather": ["sun", "rain", "snow"]}
    features = 3 + len(settings["holiday_columns"]) + len(settings["calendar_columns"])
    history = torch.randn(7, 14 + 5, features, generator=torch.Generator().manual_seed(1)) * 100 + 1000
    history[:, :, 2] = torch.randint(0, 4, (7, 19)).float()
    if settings["holidays"]:
        history[:, :, 4] = torch.randint(0, len(settings["holidays"][0]["words"]) + 1, (7, 19)).float()
    batches = [(history[:1],), (history,)]
    expected = script_answers(run, batches, tmp_path)
    for one, other in itertools.zip_longest(FORMS[form](run, batches, tmp_path), expected):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-2)  # in thousands


@pytest.fixture(scope="module")
def run_with_ngrams(tmp_path_factory) -> Path:
    return train(tmp_path_factory.mktemp("ngrams") / "run", "--ngrams=2", "--epochs=1")


@pytest.mark.parametrize("form", ["torchscript", "pt2", "aoti"])
def test_ngrams_leave_too(run_with_ngrams, tmp_path, form):
    texts = sample_texts()
    _, expected = predict(run_with_ngrams, texts)
    found = torch.cat(FORMS[form](run_with_ngrams, encoded(run_with_ngrams, texts), tmp_path))
    torch.testing.assert_close(found, expected, rtol=0, atol=TOLERANCE)


def test_ngrams_are_refused_where_onnx_cannot_look_them_up(run_with_ngrams, tmp_path):
    command = [python_with_onnx(), REFERENCE / "export_onnx.py", run_with_ngrams, "--out", tmp_path / "model.onnx"]
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert result.returncode == 1
    assert "n-grams" in result.stderr and "--ngrams 0" in result.stderr
    assert not (tmp_path / "model.onnx").exists()


def test_settings_and_tokenizer_lie_beside(run, tmp_path):
    run_program(sys.executable, "export_pt2.py", run, "--out", tmp_path / "model.pt2")
    settings = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert settings["task"] == "text"
    assert settings["labels"] == ["neg", "pos"]
    assert (tmp_path / "model.tokenizer.model").read_bytes() == (run / "tokenizer.model").read_bytes()
