"""The mnemo program, run by the tests, and what it left in a run folder."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from sentencepiece import SentencePieceProcessor

REPO = Path(__file__).resolve().parents[2]
SAMPLE = REPO / "datasets" / "sample"
BINARY = os.environ.get("MNEMO_BINARY", str(REPO / "build" / "release" / "mnemo"))

# Trains on the sample reviews in about a second.
SMALL = ["--epochs=4", "--learning-rate=0.02", "--embedding-dropout=0", "--dropout=0.2", "--vocab-size=1000",
         "--embedding-dim=16", "--hidden-size=16", "--ngrams=0", "--threads=1", "--quiet"]  # fmt: skip


def run_mnemo(*arguments: object, stdin: bytes = b"") -> str:
    command = [BINARY, *map(str, arguments)]
    result = subprocess.run(command, input=stdin, capture_output=True)
    assert result.returncode == 0, f"{command}: {result.stderr.decode()}"
    return result.stdout.decode()


def train(out: Path, *options: str, train_file: Path = SAMPLE / "reviews_train.csv") -> Path:
    given = {option.split("=")[0] for option in options}
    defaults = [option for option in SMALL if option.split("=")[0] not in given]
    run_mnemo("train", "text", "--train", train_file, "--out", out, *defaults, *options)
    return out


def predict(model: Path, texts: list[str]) -> tuple[list[str], torch.Tensor]:
    """Of each text (no line breaks inside): the label, and the probability of each label (B, C) in label order."""
    stdin = "".join(text + "\n" for text in texts).encode()
    lines = run_mnemo("predict", model, "--format=jsonl", "--top=1000", "--threads=1", stdin=stdin).splitlines()
    assert len(lines) == len(texts)
    answers = [json.loads(line) for line in lines]
    probabilities = [[p for _, p in sorted(zip(a["labels"], a["probabilities"]))] for a in answers]
    return [answer["label"] for answer in answers], torch.tensor(probabilities)


@dataclass
class Run:
    settings: dict
    weights: dict[str, torch.Tensor]
    tokenizer: SentencePieceProcessor

    @property
    def labels(self) -> list[str]:
        return self.settings["labels"]


def read_run(path: Path) -> Run:
    return Run(
        settings=json.loads((path / "meta.json").read_text())["settings"],
        weights=load_file(path / "weights.safetensors"),
        tokenizer=SentencePieceProcessor(model_file=str(path / "tokenizer.model")),
    )
