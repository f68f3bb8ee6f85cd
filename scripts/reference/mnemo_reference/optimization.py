"""Optimizers and learning-rate schedules, which are PyTorch's, with mnemo's choices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer, lr_scheduler
from torch.optim.swa_utils import AveragedModel


@dataclass(frozen=True)
class OptimizationOptions:
    optimizer: str = "adam"  # adam, adamw, sgd or rmsprop
    learning_rate: float = 1e-3
    momentum: float = 0.0  # of sgd and rmsprop
    nesterov: bool = False  # of sgd
    weight_decay: float = 0.0  # of matrices; biases and norms, which have one dimension, have none
    schedule: str = "linear"  # constant, linear, cosine, one-cycle, step, exponential or plateau
    warmup_steps: int = 0  # over which the rate rises from nothing; for constant, linear and cosine
    decay_factor: float = 0.5  # step, exponential, plateau
    decay_epochs: int = 3  # step, plateau
    clip_norm: float = 1.0  # largest global norm of the gradient; 0: no clipping
    clip_value: float = 0.0  # largest element of the gradient, before its norm; 0: no clipping
    accumulate: int = 1  # batches whose gradients make one step
    average_decay: float = 0.0  # of the weights' moving average; 0: no average


def make_optimizer(model: nn.Module, options: OptimizationOptions) -> Optimizer:
    parameters = list(model.parameters())
    groups: list[dict[str, Any]] = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": options.weight_decay},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ]
    rate, momentum = options.learning_rate, options.momentum
    if options.optimizer == "adam":
        return torch.optim.Adam(groups, lr=rate, fused=True)
    if options.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=rate, fused=True)
    if options.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=rate, momentum=momentum, nesterov=options.nesterov, fused=True)
    if options.optimizer == "rmsprop":
        return torch.optim.RMSprop(groups, lr=rate, momentum=momentum)
    raise ValueError(f"optimizer '{options.optimizer}'; expected adam, adamw, sgd or rmsprop")


def clip_gradient(parameters: list[nn.Parameter], options: OptimizationOptions) -> float:
    """The norm before it is clipped."""
    if options.clip_value > 0.0:
        nn.utils.clip_grad_value_(parameters, options.clip_value)
    return nn.utils.clip_grad_norm_(parameters, options.clip_norm or math.inf).item()


def warmed_up_average(decay: float) -> Callable[..., None]:
    """For AveragedModel: of the last tenth of the steps, until that is more than `decay` looks back over."""

    @torch.no_grad()
    def update(averages: list[torch.Tensor], parameters: list[torch.Tensor], updates: torch.Tensor) -> None:
        before = updates.item()
        torch._foreach_lerp_(averages, parameters, 1.0 - min(decay, (1.0 + before) / (10.0 + before)))

    return update


class WeightAverage:
    """The exponential moving average of a model's parameters, where the options ask for one."""

    def __init__(self, model: nn.Module, options: OptimizationOptions) -> None:
        self.model, self.average = model, None
        if options.average_decay > 0.0:
            self.average = AveragedModel(model, multi_avg_fn=warmed_up_average(options.average_decay))

    def after_step(self) -> None:
        if self.average is not None:
            self.average.update_parameters(self.model)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The model has the average for its weights."""
        self.swap()
        try:
            yield
        finally:
            self.swap()

    @torch.no_grad()
    def swap(self) -> None:
        if self.average is not None:
            for own, other in zip(self.model.parameters(), self.average.module.parameters()):
                own.data, other.data = other.data.clone(), own.data.clone()


class LearningRate:
    """Follows one training of `steps` steps, and sets the rate of the optimizer's groups."""

    def __init__(self, optimizer: Optimizer, options: OptimizationOptions, steps: int) -> None:
        self.optimizer = optimizer
        self.by_step = self.by_epoch = None
        if options.schedule in ("step", "exponential", "plateau"):
            self.by_epoch = epoch_scheduler(optimizer, options)
        else:
            self.by_step = step_scheduler(optimizer, options, steps)

    @property
    def now(self) -> float:
        return self.optimizer.param_groups[0]["lr"]

    def after_step(self) -> None:
        if self.by_step is not None:
            self.by_step.step()

    def after_epoch(self, validation_loss: float) -> None:
        if isinstance(self.by_epoch, lr_scheduler.ReduceLROnPlateau):
            self.by_epoch.step(validation_loss)
        elif self.by_epoch is not None:
            self.by_epoch.step()


def epoch_scheduler(optimizer: Optimizer, options: OptimizationOptions) -> lr_scheduler.LRScheduler:
    if options.warmup_steps > 0:
        raise ValueError(f"schedule '{options.schedule}' has no warm-up here: it goes by epochs, a warm-up by steps")
    factor, wait = options.decay_factor, options.decay_epochs
    if options.schedule == "step":
        return lr_scheduler.StepLR(optimizer, wait, factor)
    if options.schedule == "exponential":
        return lr_scheduler.ExponentialLR(optimizer, factor)
    return lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=wait)


def step_scheduler(optimizer: Optimizer, options: OptimizationOptions, steps: int) -> lr_scheduler.LRScheduler:
    rise = options.warmup_steps
    if rise >= steps:
        raise ValueError(f"a warm-up of {rise} steps in a training of {steps}")
    if rise == 0:
        return falling_scheduler(optimizer, options, steps)
    if options.schedule == "one-cycle":
        raise ValueError("schedule 'one-cycle' rises by itself and has no warm-up")
    warm_up = lr_scheduler.LinearLR(optimizer, 1 / rise, total_iters=rise - 1)
    return lr_scheduler.SequentialLR(optimizer, [warm_up, falling_scheduler(optimizer, options, steps - rise)], [rise])


def falling_scheduler(optimizer: Optimizer, options: OptimizationOptions, steps: int) -> lr_scheduler.LRScheduler:
    if options.schedule == "constant":
        return lr_scheduler.ConstantLR(optimizer, 1.0)
    if options.schedule == "linear":
        return lr_scheduler.LambdaLR(optimizer, lambda step: 1.0 - step / steps)
    if options.schedule == "cosine":
        return lr_scheduler.CosineAnnealingLR(optimizer, steps)
    if options.schedule == "one-cycle":
        return lr_scheduler.OneCycleLR(optimizer, options.learning_rate, steps, cycle_momentum=False)
    raise ValueError(f"schedule '{options.schedule}' is not one of mnemo's")
