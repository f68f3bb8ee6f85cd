"""Forecasters and models of series: plain PyTorch modules with mnemo's weights, and mnemo's exports in plain
PyTorch, answer as mnemo does."""

import csv
import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mnemo_program import REPO, SAMPLE, run_mnemo
from safetensors.torch import load_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

sys.path.append(str(REPO / "scripts" / "benchmark"))
from reference_forecaster import SegmentForecaster, StackedForecaster  # noqa: E402

PASSENGERS = SAMPLE / "airline_passengers.csv"


def train_forecaster(out: Path, *options: str) -> Path:
    run_mnemo("train", "forecast", "--train", PASSENGERS, "--out", out, "--split-rows=96,24,24", "--quiet",
              "--epochs=2", "--threads=1", *options)  # fmt: skip
    return out


def mnemo_forecast(model: Path) -> torch.Tensor:
    """(horizon, columns after the time)"""
    rows = list(csv.reader(io.StringIO(run_mnemo("predict", model, "--input", PASSENGERS))))
    return torch.tensor([[float(cell) for cell in row[1:]] for row in rows[1:]])


def passengers() -> torch.Tensor:
    return torch.from_numpy(np.genfromtxt(PASSENGERS, delimiter=",", skip_header=1)[:, 1:]).float()  # (144, 1)


def reference_forecast(run: Path, model: nn.Module) -> torch.Tensor:
    settings = json.loads((run / "meta.json").read_text())["settings"]
    weights = load_file(run / "weights.safetensors")
    scaling = {name: weights.pop(name) for name in list(weights) if "_scaling." in name}
    model.load_state_dict(weights)
    history = passengers()[-settings["model"]["lookback"] :]
    scaled = (history - scaling["feature_scaling.offset"]) / scaling["feature_scaling.scale"]
    with torch.inference_mode():
        forecast = model.eval()(scaled.unsqueeze(0))[0]
    return forecast * scaling["target_scaling.scale"] + scaling["target_scaling.offset"]


def test_segment_forecaster_is_the_references(tmp_path):
    run = train_forecaster(tmp_path / "run", "--lookback=36", "--horizon=18", "--segment=12", "--hidden-size=16",
                           "--autoregression=false")  # fmt: skip
    model = SegmentForecaster(columns=1, lookback=36, horizon=18, segment=12, hidden_size=16, dropout=0.0)
    torch.testing.assert_close(mnemo_forecast(run), reference_forecast(run, model), rtol=1e-5, atol=1e-3)


def test_stacked_forecaster_is_the_references(tmp_path):
    run = train_forecaster(tmp_path / "run", "--model=stacked", "--normalization=none", "--lookback=24",
                           "--horizon=3", "--hidden-sizes=20,12", "--autoregression=false")  # fmt: skip
    model = StackedForecaster(columns=1, lookback=24, horizon=3, hidden_sizes=[20, 12], dropout=0.0)
    torch.testing.assert_close(mnemo_forecast(run), reference_forecast(run, model), rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("options", [["--normalization=reversible"], ["--model=stacked"], ["--quantiles=0.1,0.5"]])
def test_exported_forecaster_takes_and_gives_the_datas_units(tmp_path, options):
    run = train_forecaster(tmp_path / "run", "--lookback=30", "--horizon=5", *options)
    run_mnemo("export", run, "--out", tmp_path / "model.pt")
    exported = torch.jit.load(str(tmp_path / "model.pt"))
    forecast = exported(passengers()[-30:].unsqueeze(0))[0].flatten(1)
    torch.testing.assert_close(forecast, mnemo_forecast(run), rtol=1e-5, atol=1e-3)


class SeriesReference(nn.Module):
    """--preset article-stacked: LSTM layers, the last step, dense."""

    def __init__(self, features: int, sizes: list[int], classes: int) -> None:
        super().__init__()
        inputs = [features, *sizes[:-1]]
        self.encoder = nn.ModuleList(nn.LSTM(a, b, batch_first=True) for a, b in zip(inputs, sizes))
        self.dense = nn.Linear(sizes[-1], classes)

    def forward(self, values: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        for layer in self.encoder:
            packed, _ = layer(pack_padded_sequence(values, lengths, batch_first=True, enforce_sorted=False))
            values, _ = pad_packed_sequence(packed, batch_first=True)
        last = values[torch.arange(len(lengths)), lengths - 1]
        return self.dense(last).softmax(1)


def read_motions() -> tuple[torch.Tensor, torch.Tensor]:
    """Padded (S, T, F) and lengths (S)."""
    lines = (SAMPLE / "motions_test.ts").read_text().split("@data\n")[1].splitlines()
    series = [
        torch.tensor([[float(v) for v in part.split(",")] for part in line.split(":")[:-1]]).T for line in lines
    ]
    return nn.utils.rnn.pad_sequence(series, batch_first=True), torch.tensor([len(one) for one in series])


def test_models_of_series_are_the_references_and_their_exports(tmp_path):
    run = tmp_path / "run"
    run_mnemo("train", "series", "--preset", "article-stacked", "--train", SAMPLE / "motions_train.ts", "--out", run,
              "--epochs=3", "--hidden-sizes=12,8", "--quiet")  # fmt: skip
    run_mnemo("export", run, "--out", tmp_path / "model.pt")
    answers = run_mnemo("predict", run, "--input", SAMPLE / "motions_test.ts", "--format=jsonl", "--top=3")
    rows = [json.loads(line) for line in answers.splitlines()]
    labels = json.loads((run / "meta.json").read_text())["settings"]["labels"]
    expected = torch.tensor([[row["probabilities"][row["labels"].index(label)] for label in labels] for row in rows])

    values, lengths = read_motions()
    weights = load_file(run / "weights.safetensors")
    model = SeriesReference(2, [12, 8], 3)
    # The scalings of the article's preset are the identity.
    model.load_state_dict({name: tensor for name, tensor in weights.items() if "_scaling." not in name})
    with torch.inference_mode():
        torch.testing.assert_close(model.eval()(values, lengths), expected, rtol=0, atol=1e-5)
        exported = torch.jit.load(str(tmp_path / "model.pt"))
        torch.testing.assert_close(exported(values, lengths), expected, rtol=0, atol=1e-5)
