"""Who takes part: how each contender's worker is started."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers import Contender

HERE = Path(__file__).parent
THREADS = 2  # of every contender, unless a work says otherwise

# The article's text model, by the names that workers of every language know.
ARTICLE_MODEL: dict[str, Any] = {
    "vocab_size": 10_000,
    "embedding_dim": 128,
    "hidden_size": 256,
    "layers": 1,
    "bidirectional": False,
    "pooling": ["attention"],
    "heads": 4,
    "word_dropout": 0.0,
    "embedding_dropout": 0.0,
    "dropout": 0.5,
    "batch_norm": True,
}
# mnemo's default forecaster on ETTh1: seven columns in and out.
FORECASTER = {"columns": 7, "lookback": 720, "horizon": 96, "segment": 24, "hidden_size": 256, "dropout": 0.5}
ARTICLE_FORECASTER = {"columns": 1, "lookback": 24, "horizon": 1, "hidden_sizes": [64, 32], "dropout": 0.0}
# Embedding, LSTM, mean and dense only.
PLAIN_MODEL = ARTICLE_MODEL | {"pooling": ["mean"], "dropout": 0.0, "batch_norm": False}


@dataclass(frozen=True)
class Programs:
    mnemo: Path
    mnemo_benchmark: Path
    keras_python: Path  # need not be there
    out: Path  # folder for everything that is made on the way

    def mnemo_worker(self, name: str, request: dict[str, Any], **settings: Any) -> Contender:
        return self.worker(name, (str(self.mnemo_benchmark),), request, **settings)

    def pytorch_worker(self, name: str, request: dict[str, Any], **settings: Any) -> Contender:
        return self.worker(name, python_command("pytorch_worker.py"), request, **settings)

    def onnx_worker(self, name: str, request: dict[str, Any], **settings: Any) -> Contender:
        return self.worker(name, python_command("onnx_worker.py"), request, **settings)

    def keras_worker(self, name: str, request: dict[str, Any], backend: str) -> Contender:
        command = (str(self.keras_python), str(HERE / "keras_worker.py"))
        return self.worker(name, command, request, environment=(("KERAS_BACKEND", backend),))

    @staticmethod
    def worker(name: str, command: tuple[str, ...], request: dict[str, Any], **settings: Any) -> Contender:
        return Contender(name, command, {"threads": THREADS} | request, **settings)


def python_command(script: str, *arguments: str | Path) -> tuple[str, ...]:
    return (sys.executable, str(HERE / script), *map(str, arguments))
