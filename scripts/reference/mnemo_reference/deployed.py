"""A trained model as it leaves for other programs: padded batches in, answers in the data's own units out.

text      forward(tokens int64 (B, T), lengths int64 (B)) -> probabilities (B, C)
series    forward(values float (B, T, F), lengths int64 (B)) -> probabilities (B, C), or numbers
forecast  forward(history float (B, lookback, features)) -> (B, horizon, targets), or with quantiles in a last dimension;
          with columns that are known ahead (B, lookback + horizon, features): of the last rows these alone are read

These are the signatures of `mnemo export`. Batch and length are free.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .runs import META, TOKENIZER, load_run
from .text_classifier import class_probabilities

TOLERANCE = 1e-5  # fp32 rounding of sums in another order, with room


class DeployedTextModel(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        # A text without a piece reads its first padded one, as in mnemo's own export.
        return self.model.answers(self.model(tokens, lengths.clamp(min=1)))


class DeployedClassifier(nn.Module):
    """Of series with labels."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, steps: Tensor, lengths: Tensor) -> Tensor:
        # A sequence without a step reads its first padded one, as in mnemo's own export.
        return class_probabilities(self.model(steps, lengths.clamp(min=1)))


class DeployedSeriesNumbers(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, steps: Tensor, lengths: Tensor) -> Tensor:
        return self.model.numbers(steps, lengths.clamp(min=1))


class DeployedForecaster(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, history: Tensor) -> Tensor:
        return self.model.forecast(history)


@dataclass
class Deployment:
    """What an exporter needs to know of a run."""

    run: Path
    task: str
    settings: dict[str, Any]
    module: nn.Module

    @property
    def input_names(self) -> list[str]:
        return {"text": ["tokens", "lengths"], "series": ["values", "lengths"], "forecast": ["history"]}[self.task]

    @property
    def output_name(self) -> str:
        numbers = (
            self.task == "forecast"
            or self.settings.get("target_kind") == "number"
            or self.settings["model"].get("answer") == "numbers"
        )
        return "numbers" if numbers else "probabilities"

    @property
    def free_axes(self) -> dict[str, dict[int, str]]:
        first = {0: "batch"} if self.task == "forecast" else {0: "batch", 1: "steps"}
        return dict(zip(self.input_names, [first, {0: "batch"}]))

    @property
    def most_steps(self) -> int | None:
        """Where learned positions end; None: nowhere."""
        encoder = getattr(self.module.model, "encoder", None)
        bound = self.task != "forecast" and getattr(encoder, "positions", None) is not None
        return encoder.positions.shape[0] if bound else None

    def example(self, batch: int, steps: int, seed: int = 7) -> tuple[Tensor, ...]:
        """Made-up inputs: sequences of unequal lengths, `steps` the longest, or as many as the model takes."""
        steps = min(steps, self.most_steps or steps)
        random = torch.Generator().manual_seed(seed)
        lengths = torch.tensor([max(1, steps - row * steps // batch) for row in range(batch)])
        if self.task == "text":
            tokens = torch.randint(1, self.settings["model"]["vocab_size"], (batch, steps), generator=random)
            return tokens * (torch.arange(steps) < lengths.unsqueeze(1)), lengths
        scaling = self.module.model.feature_scaling
        if self.task == "series":
            values = torch.randn(batch, steps, scaling.offset.numel(), generator=random)
            return scaling.unscaled(values), lengths
        shape = (batch, self.module.model.window_rows, scaling.offset.numel())
        return (scaling.unscaled(torch.randn(shape, generator=random)),)


def load_deployment(run: Path) -> Deployment:
    # In evaluation PyTorch runs a transformer's layer as one operator of its own, which no other program knows.
    torch.backends.mha.set_fastpath_enabled(False)
    model, settings = load_run(run)
    task = json.loads((run / META).read_text(encoding="utf-8"))["task"]
    if task == "forecast":
        module: nn.Module = DeployedForecaster(model)
    elif task == "text":
        module = DeployedTextModel(model)
    elif settings.get("target_kind") == "number":
        module = DeployedSeriesNumbers(model)
    else:
        module = DeployedClassifier(model)
    return Deployment(run, task, settings, module.eval().requires_grad_(False))


def beside(run: Path, ending: str) -> Path:
    """A folder's name may hold dots, as lr0.001 does."""
    folder = run.resolve()
    return folder.with_name(folder.name + ending)


def write_companions(deployment: Deployment, model_file: Path) -> list[Path]:
    """Beside MODEL.onnx, say: MODEL.json (task, labels, scaling, how texts are cut) and MODEL.tokenizer.model."""
    stem = model_file.with_suffix("")
    written = [stem.with_name(stem.name + ".json")]
    settings = {"task": deployment.task, **deployment.settings}
    written[0].write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if deployment.task == "text":
        written.append(stem.with_name(stem.name + ".tokenizer.model"))
        shutil.copyfile(deployment.run / TOKENIZER, written[1])
    return written


def largest_difference(deployment: Deployment, answer: Callable[..., Tensor]) -> float:
    """Between what an export answers and the model itself, over several batch sizes and lengths; an error when it is
    more than rounding (ValueError). Numbers are measured by the size of the largest."""
    largest = 0.0
    for batch, steps in [(1, 1), (3, 17), (8, 64), (1, 40)]:
        inputs = deployment.example(batch, steps)
        with torch.inference_mode():
            expected = deployment.module(*inputs)
        size = max(1.0, float(expected.abs().max()))
        difference = float((answer(*inputs) - expected).abs().max()) / size
        if not difference <= TOLERANCE:
            raise ValueError(f"the export differs from the model by {difference:.2g} (batch {batch}, length {steps}; "
                             f"at most {TOLERANCE} expected): it was not kept. Please report this")  # fmt: skip
        largest = max(largest, difference)
    return largest
