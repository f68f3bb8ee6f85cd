"""Weights made in PyTorch: trainings start from them, and run folders made of them answer as PyTorch does."""

import gzip
import json
from pathlib import Path

import pytest
import torch
from mnemo_program import SAMPLE, SMALL, predict, read_run, run_mnemo, train
from plain_classifier import PlainClassifier, plain_probabilities
from safetensors.torch import load_file, save_file
from test_numbers import (
    PASSENGERS,
    SegmentForecaster,
    SeriesReference,
    mnemo_forecast,
    passengers,
    read_motions,
    reference_forecast,
)
from torch import nn

# One epoch that leaves the weights where they are.
STAND_STILL = ["--epochs=1", "--learning-rate=1e-9"]


def save_model(model: nn.Module, path: Path, **more: torch.Tensor) -> Path:
    save_file({**model.state_dict(), **more}, path)
    return path


def assert_same_weights(found: Path, expected: Path) -> None:
    stored = load_file(found / "weights.safetensors")
    torch.testing.assert_close({name: stored[name] for name in load_file(expected)}, load_file(expected),
                               rtol=0, atol=1e-5)  # fmt: skip


@pytest.fixture(scope="module")
def text_run(tmp_path_factory):
    return train(tmp_path_factory.mktemp("weights") / "run", "--epochs=1")


@pytest.fixture
def classifier(text_run, tmp_path):
    """For the architecture and the tokenizer of that run."""
    torch.manual_seed(3)
    return save_model(PlainClassifier(read_run(text_run).settings["model"], 2), tmp_path / "weights.safetensors")


def test_text_training_starts_from_pytorchs_weights(classifier, tmp_path):
    run = train(tmp_path / "run", f"--init-weights={classifier}", *STAND_STILL)
    assert_same_weights(run, classifier)


def test_series_training_starts_from_pytorchs_weights(tmp_path):
    weights = save_model(SeriesReference(2, [12, 8], 3), tmp_path / "weights.safetensors")
    run = tmp_path / "run"
    run_mnemo("train", "series", "--preset=article-stacked", "--train", SAMPLE / "motions_train.ts", "--out", run,
              "--hidden-sizes=12,8", "--init-weights", weights, *STAND_STILL, "--quiet")  # fmt: skip
    assert_same_weights(run, weights)


SEGMENTS = {"lookback": 36, "horizon": 18, "segment": 12, "hidden_size": 16}
SEGMENT_OPTIONS = [f"--{name.replace('_', '-')}={number}" for name, number in SEGMENTS.items()]


def segment_forecaster() -> SegmentForecaster:
    torch.manual_seed(5)
    return SegmentForecaster(columns=1, dropout=0.0, **SEGMENTS)


def test_forecaster_training_starts_from_pytorchs_weights(tmp_path):
    weights = save_model(segment_forecaster(), tmp_path / "weights.safetensors")
    run = tmp_path / "run"
    run_mnemo("train", "forecast", "--train", PASSENGERS, "--out", run, "--split-rows=96,24,24", *SEGMENT_OPTIONS,
              "--autoregression=false", "--init-weights", weights, *STAND_STILL, "--quiet")  # fmt: skip
    assert_same_weights(run, weights)
    offset = load_file(run / "weights.safetensors")["feature_scaling.offset"]
    torch.testing.assert_close(offset, passengers()[:96].mean(0), msg="the scaling is that of the data")


# ---- Word vectors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("freeze", [False, True])
def test_word_vectors_start_the_embedding_and_stay_when_frozen(tmp_path, freeze):
    words = ["the", "and", "a", "was", "good"]
    rows = torch.randn(len(words), 5, generator=torch.Generator().manual_seed(1))
    with gzip.open(tmp_path / "vectors.vec.gz", "wt") as file:
        print(len(words), 5, file=file)
        for word, row in zip(words, rows.tolist()):
            print(word, *row, file=file)
    options = [f"--embedding-vectors={tmp_path}/vectors.vec.gz", "--tokenizer-type=word", "--embedding-dim=5"]
    run = train(tmp_path / "run", *options, *(["--freeze-embedding"] if freeze else []), "--epochs=2")
    stored = read_run(run)
    ids = [stored.tokenizer.piece_to_id("▁" + word) for word in words]
    assert min(ids) > 1, "all are words of the reviews"
    learnt = stored.weights["embedding.weight"][ids]
    assert torch.allclose(learnt, rows, atol=1e-6) == freeze
    torch.testing.assert_close(learnt, rows, rtol=0, atol=1.0, msg="it began there")
    told = json.loads((run / "meta.json").read_text())["data"]["embedding_vectors"]
    assert told["words"] == len(words) and told["pieces_found"] >= len(words)


# ---- mnemo import -------------------------------------------------------------------------------------------


def config_file(path: Path, task: str, *options: str) -> Path:
    path.write_text(run_mnemo("train", task, "--print-config", *options))
    return path


def test_imported_classifier_answers_as_pytorch(text_run, classifier, tmp_path, reviews):
    run = tmp_path / "imported"
    config = config_file(tmp_path / "config.ini", "text", *(o for o in SMALL if o != "--quiet"))
    run_mnemo("import", "text", classifier, "--config", config, "--tokenizer", text_run / "tokenizer.model",
              "--labels=neg,pos", "--out", run)  # fmt: skip
    assert_same_weights(run, classifier)
    labels, found = predict(run, reviews)
    expected = plain_probabilities(read_run(run), reviews)
    assert expected.std(dim=0).min() > 1e-3, "answers that hardly differ would prove nothing"
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    assert labels == [["neg", "pos"][i] for i in found.argmax(dim=1)]
    run_mnemo("export", run, "--out", tmp_path / "model.pt")
    torch.testing.assert_close(predict(tmp_path / "model.pt", reviews)[1], expected, rtol=0, atol=1e-5)


def test_imported_model_of_series_answers_as_pytorch(tmp_path):
    torch.manual_seed(3)
    model = SeriesReference(2, [12, 8], 3)
    weights = save_model(model, tmp_path / "weights.safetensors")
    config = config_file(tmp_path / "config.ini", "series", "--preset=article-stacked", "--hidden-sizes=12,8")
    run = tmp_path / "run"
    run_mnemo("import", "series", weights, "--config", config, "--train", SAMPLE / "motions_train.ts", "--out", run)
    answers = run_mnemo("predict", run, "--input", SAMPLE / "motions_test.ts", "--format=jsonl", "--top=3")
    rows = [json.loads(line) for line in answers.splitlines()]
    labels = json.loads((run / "meta.json").read_text())["settings"]["labels"]
    found = torch.tensor([[row["probabilities"][row["labels"].index(label)] for label in labels] for row in rows])
    with torch.inference_mode():
        torch.testing.assert_close(found, model.eval()(*read_motions()), rtol=0, atol=1e-5)
    run_mnemo("evaluate", run, "--data", SAMPLE / "motions_test.ts")
    run_mnemo("export", run, "--out", tmp_path / "model.pt")


@pytest.mark.parametrize("own_scaling", [False, True])
def test_imported_forecaster_answers_as_pytorch(tmp_path, own_scaling):
    model = segment_forecaster()
    scaling = {"feature_scaling.offset": 100.0, "feature_scaling.scale": 50.0,
               "target_scaling.offset": 200.0, "target_scaling.scale": 25.0}  # fmt: skip
    tensors = {name: torch.tensor([number]) for name, number in scaling.items()}
    weights = save_model(model, tmp_path / "weights.safetensors", **(tensors if own_scaling else {}))
    config = config_file(tmp_path / "config.ini", "forecast", "--split-rows=96,24,24", *SEGMENT_OPTIONS)
    run = tmp_path / "run"
    run_mnemo("import", "forecast", weights, "--config", config, "--train", PASSENGERS, "--out", run)
    torch.testing.assert_close(mnemo_forecast(run), reference_forecast(run, model), rtol=1e-5, atol=1e-3)
    offset = load_file(run / "weights.safetensors")["feature_scaling.offset"]
    expected = torch.tensor([100.0]) if own_scaling else passengers()[:96].mean(0)
    torch.testing.assert_close(offset, expected)
    settings = json.loads((run / "meta.json").read_text())["settings"]
    assert settings["feature_scaling"][0]["offset"] == pytest.approx(expected.item())
    run_mnemo("evaluate", run, "--data", PASSENGERS)
    run_mnemo("export", run, "--out", tmp_path / "model.pt")
