"""The training loop, with mnemo's rules: clipping, schedule, patience, and which weights are kept."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from .batches import BatchPlan
from .optimization import LearningRate, OptimizationOptions, WeightAverage, clip_gradient, make_optimizer


@dataclass(frozen=True)
class FitOptions(OptimizationOptions):
    epochs: int = 2  # at most
    patience: int = 2  # epochs without a lower validation loss before it stops; 0: never
    keep: str = "best"  # weights of the epoch with the lowest validation loss, or last
    precision: str = "fp32"  # or bf16, by autocast


@dataclass(frozen=True)
class Batch:
    inputs: tuple[Tensor, ...]
    targets: Tensor
    units: int  # tokens, steps or windows


@dataclass(frozen=True)
class Batches:
    plan: Callable[[int], BatchPlan]  # of an epoch, from 1
    batch: Callable[[list[int]], Batch]  # of these samples


@dataclass(frozen=True)
class Objective:
    loss: Callable[[Tensor, Tensor], Tensor]  # outputs, targets -> mean over the batch's samples
    metric: Callable[[Tensor, Tensor], float]  # likewise -> sum over the batch's samples
    metric_name: str
    unit: str
    train_loss: Callable[[Tensor, Tensor], Tensor] | None = None  # to train with, where it is not the loss


@dataclass
class Sums:
    """What batches add up to."""

    loss: float = 0.0
    metric: float = 0.0
    samples: int = 0
    units: int = 0

    def add(self, loss: float, metric: float, batch: Batch) -> None:
        samples = len(batch.targets)
        self.loss += loss * samples
        self.metric += metric
        self.samples += samples
        self.units += batch.units


@dataclass
class FitResult:
    history: list[dict[str, Any]] = field(default_factory=list)  # as mnemo's metrics.jsonl has them
    best_epoch: int = 0  # whose weights the model now holds


def resolve_epochs(steps_per_epoch: int, patience: int, least: int, most: int) -> tuple[int, int]:
    """Epochs and patience of a training that was not told: small data need more passes."""
    wanted_steps = 800
    epochs = min(most, max(least, math.ceil(wanted_steps / steps_per_epoch)))
    return epochs, max(patience, epochs // 5) if patience > 0 else 0


def fit(
    model: nn.Module, objective: Objective, train: Batches, valid: Batches, options: FitOptions,
    on_epoch: Callable[[dict[str, Any]], None] = lambda _: None,
) -> FitResult:  # fmt: skip
    """Trains, and leaves the model in evaluation mode with the weights to keep."""
    optimizer = make_optimizer(model, options)
    rate = LearningRate(optimizer, options, options.epochs * len(steps_of(train.plan(1), options)))
    average = WeightAverage(model, options)
    result = FitResult()
    kept: dict[str, Any] = {}
    lowest, lowest_epoch = math.inf, 0
    for epoch in range(1, options.epochs + 1):
        start = time.perf_counter()
        report = train_epoch(model, objective, train, optimizer, rate, average, epoch, options)
        with average.in_place():
            found = evaluate(model, objective, valid, options.precision)
            weights = copy.deepcopy(model.state_dict())
        loss = found.loss / found.samples
        rate.after_epoch(loss)
        report |= {"valid_loss": loss, f"valid_{objective.metric_name}": found.metric / found.samples}
        report["seconds"] = time.perf_counter() - start
        if lowest_epoch == 0 or loss < lowest:
            lowest, lowest_epoch = loss, epoch
        if lowest_epoch == epoch or options.keep == "last":
            kept, result.best_epoch = weights, epoch
        result.history.append(report)
        on_epoch(report)
        if options.patience > 0 and epoch - lowest_epoch >= options.patience:
            break
    if kept:
        model.load_state_dict(kept)
    model.eval()
    return result


def steps_of(plan: BatchPlan, options: FitOptions) -> list[BatchPlan]:
    """The batches of each step."""
    return [plan[first : first + options.accumulate] for first in range(0, len(plan), options.accumulate)]


def train_epoch(
    model: nn.Module, objective: Objective, train: Batches, optimizer: torch.optim.Optimizer,
    rate: LearningRate, average: WeightAverage, epoch: int, options: FitOptions,
) -> dict[str, Any]:  # fmt: skip
    model.train()
    start = time.perf_counter()
    parameters = list(model.parameters())
    sums, norms = Sums(), []
    for step, batches in enumerate(steps_of(train.plan(epoch), options)):
        optimizer.zero_grad(set_to_none=True)
        count = sum(map(len, batches))
        for samples in batches:
            batch = train.batch(samples)
            outputs = outputs_of(model, batch, options.precision)
            loss = (objective.train_loss or objective.loss)(outputs, batch.targets)
            (loss * (len(samples) / count)).backward()
            sums.add(loss.item(), objective.metric(outputs.detach(), batch.targets), batch)
        norm = clip_gradient(parameters, options)
        if not math.isfinite(sums.loss) or not math.isfinite(norm):
            raise FloatingPointError(f"epoch {epoch}, step {step + 1}: the loss or its gradient is not finite")
        last_rate = rate.now
        optimizer.step()
        rate.after_step()
        average.after_step()
        norms.append(norm)
    seconds = time.perf_counter() - start
    return {
        "epoch": epoch,
        "steps": len(norms),
        "train_loss": sums.loss / sums.samples,
        f"train_{objective.metric_name}": sums.metric / sums.samples,
        "learning_rate": last_rate,
        "gradient_norm": sum(norms) / len(norms),
        "max_gradient_norm": max(norms),
        f"{objective.unit}_per_second": sums.units / seconds,
    }


def outputs_of(model: nn.Module, batch: Batch, precision: str) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        outputs = model(*batch.inputs)
    return outputs.float()


@torch.inference_mode()
def evaluate(model: nn.Module, objective: Objective, batches: Batches, precision: str = "fp32") -> Sums:
    model.eval()
    sums = Sums()
    for samples in batches.plan(1):
        batch = batches.batch(samples)
        outputs = outputs_of(model, batch, precision)
        sums.add(objective.loss(outputs, batch.targets).item(), objective.metric(outputs, batch.targets), batch)
    return sums
