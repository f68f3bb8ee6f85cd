"""Run folders of `mnemo train` and of the reference programs: meta.json, weights.safetensors, metrics.jsonl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import nn

from .forecaster import Forecaster
from .series_model import SeriesModel
from .text_classifier import TextClassifier

CONFIG, META, METRICS, TOKENIZER = "config.ini", "meta.json", "metrics.jsonl", "tokenizer.model"
WEIGHTS, INITIAL_WEIGHTS = "weights.safetensors", "initial.safetensors"

MODELS: dict[str, type[TextClassifier | SeriesModel | Forecaster]] = {
    "text": TextClassifier,
    "series": SeriesModel,
    "forecast": Forecaster,
}


TRAIN_ALONG = ("aux_dense.", "language_head.", "reconstruction.")


def load_run(path: str | Path) -> tuple[TextClassifier | SeriesModel | Forecaster, dict[str, Any]]:
    """The model with its weights, in evaluation mode, and the settings it was made from."""
    if not (Path(path) / META).is_file():
        raise ValueError(f"{path}: no run folder: it has no {META}")
    meta = json.loads((Path(path) / META).read_text(encoding="utf-8"))
    settings = meta["settings"]
    if meta["task"] not in MODELS:
        raise ValueError(f"{path}: a run of the task {meta['task']}, which answers nothing")
    model = MODELS[meta["task"]].from_settings(settings)
    load_weights(model, Path(path) / WEIGHTS)
    return model.eval(), settings


def load_weights(model: nn.Module, file: str | Path) -> None:
    """Every name of the model and of the file must be in the other, and of the same shape; but heads that only train
    along, as mnemo's can, answer nothing and are left out."""
    tensors = {name: tensor for name, tensor in load_file(file).items() if not name.startswith(TRAIN_ALONG)}
    try:
        model.load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        raise ValueError(f"{file}: {error}") from None


def save_run_weights(model: nn.Module, file: str | Path) -> None:
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, file)


def read_metrics(run: str | Path) -> list[dict[str, Any]]:
    """One object an epoch."""
    lines = (Path(run) / METRICS).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
