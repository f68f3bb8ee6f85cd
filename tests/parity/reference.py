"""PyTorch's numbers for a case, and mnemo's, from the same weights and batches."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from cases import FEATURES, VOCABULARY, Case, Fit
from mnemo_reference.forecaster import Forecaster
from mnemo_reference.losses import LabelLoss, cross_entropy, forecast_loss, pinball_loss, squared_error
from mnemo_reference.optimization import LearningRate, WeightAverage, clip_gradient, make_optimizer
from mnemo_reference.runs import MODELS
from mnemo_reference.text_classifier import TextClassifier, class_probabilities
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

REPO = Path(__file__).resolve().parents[2]
MNEMO = Path(os.environ.get("MNEMO_BINARY", REPO / "build" / "release" / "mnemo"))
WORKER = MNEMO.parent / "parity_worker"

LENGTHS = [7, 1, 4, 7, 2, 9]  # of the sequences of a batch; one has a single step
Numbers = dict[str, Tensor]


@dataclasses.dataclass
class Setup:
    """A model with random weights, and S batches for it."""

    case: Case
    model: nn.Module
    inputs: Tensor  # (S, B, T, ...)
    lengths: Tensor | None  # (S, B)
    targets: Tensor  # (S, B, ...)

    def output(self, batch: int) -> Tensor:
        if self.lengths is None:
            return self.model(self.inputs[batch])
        return self.model(self.inputs[batch], self.lengths[batch])

    def answer(self) -> Tensor:
        """What users see of the first batch."""
        if isinstance(self.model, Forecaster):
            return self.model.forecast(self.inputs[0])
        if isinstance(self.model, TextClassifier):
            return self.model.answers(self.output(0))
        if self.case.settings.get("target_kind") == "number":
            return self.model.numbers(self.inputs[0], self.lengths[0])
        return class_probabilities(self.output(0))

    def loss(self, batch: int) -> Tensor:
        """What training minimises."""
        of_labels = isinstance(self.loss_of, LabelLoss) or self.loss_of is cross_entropy
        loss_of = self.case.class_loss if of_labels else self.loss_of
        return loss_of(self.output(batch), self.targets[batch])

    def valid_loss(self, batch: int) -> Tensor:
        return self.loss_of(self.output(batch), self.targets[batch])

    @property
    def loss_of(self) -> Callable[[Tensor, Tensor], Tensor]:
        if self.case.task == "forecast":
            quantiles = self.case.settings["quantiles"]
            if quantiles:
                return lambda forecast, targets: pinball_loss(forecast, targets, quantiles)
            return lambda forecast, targets: forecast_loss(forecast, targets, self.case.loss)
        if answer_of(self.case) == "labels":
            return LabelLoss()
        return squared_error if answer_of(self.case) == "numbers" else cross_entropy


def answer_of(case: Case) -> str:
    """classes, labels or numbers; of texts and series."""
    if case.settings.get("target_kind") == "number":
        return "numbers"
    return case.settings["model"].get("answer", "classes")


def attention_weights(setup: Setup) -> Tensor:
    """(B, heads, T) of the first batch: what attention pooling is asked, asked again for its weights."""
    attention, asked = setup.model.pooling.attention, {}
    hook = attention.register_forward_pre_hook(
        lambda _, arguments, options: asked.update(arguments=arguments, mask=options["key_padding_mask"]),
        with_kwargs=True,
    )
    setup.output(0)
    hook.remove()
    _, weights = attention(*asked["arguments"], key_padding_mask=asked["mask"], average_attn_weights=False)
    return weights.squeeze(2)


def make_setup(case: Case) -> Setup:
    torch.manual_seed(zlib.crc32(case.name.encode()))
    model = MODELS[case.task].from_settings(case.settings)
    randomize_buffers(model)
    count = case.fit.batches
    if case.task == "forecast":
        options = case.settings["model"]
        inputs = torch.randn(count, len(LENGTHS), model.window_rows, model.features)
        targets = torch.randn(count, len(LENGTHS), options["horizon"], len(case.settings["targets"]))
        return Setup(case, model, inputs, None, targets)
    lengths = torch.stack([torch.tensor(LENGTHS)[torch.randperm(len(LENGTHS))] for _ in range(count)])
    shape = (count, len(LENGTHS), max(LENGTHS))
    if case.task == "text":
        few = model.ngrams is not None  # so that texts hold n-grams that others hold, and some twice
        inputs = torch.randint(1, 4 if few else VOCABULARY, shape)
        inputs[torch.arange(max(LENGTHS)) >= lengths.unsqueeze(2)] = 0  # padding
    else:
        inputs = torch.randn(*shape, FEATURES)
    if answer_of(case) == "numbers":
        targets = torch.randn(count, len(LENGTHS), len(case.settings.get("target_scaling", [{}])))
    elif answer_of(case) == "labels":
        targets = torch.randint(0, 2, (count, len(LENGTHS), len(case.settings["labels"]))).float()
    else:
        targets = torch.randint(0, len(case.settings["labels"]), (count, len(LENGTHS)))
    if case.task == "text" and model.ngrams is not None:
        learn_ngrams(model.ngrams, inputs[0], lengths[0])
    return Setup(case, model, inputs, lengths, targets)


def learn_ngrams(ngrams: nn.Module, tokens: Tensor, lengths: Tensor) -> None:
    """Fills the table with some of those of the texts, by the definition of their keys, and random weights."""
    keys = set()
    for row, length in zip(tokens.tolist(), lengths.tolist()):
        for first in range(length):
            key = 0
            for token in row[first : min(first + ngrams.longest, length)]:
                key = (key + token + 1) * 0x9E3779B97F4A7C15 % (1 << 64)
                keys.add(key - (1 << 64) if key >> 63 else key)
    count = len(ngrams.keys)
    chosen = sorted(sorted(keys)[:: max(1, len(keys) // count)][:count])
    unused = range(7, 7 + count - len(chosen))  # numbers that are no n-gram's key
    ngrams.keys.copy_(torch.tensor(sorted([*chosen, *unused])))
    ngrams.weight[:-1].normal_()


def randomize_buffers(model: nn.Module) -> None:
    """So that none of them can be left out unnoticed."""
    for name, buffer in model.named_buffers():
        if name.endswith(("running_var", "scale")):
            buffer.uniform_(0.5, 1.5)
        elif name.endswith(("running_mean", "offset")) or name.startswith(("autoregression.", "linear.")):
            buffer.normal_()


def pytorch_numbers(setup: Setup) -> Numbers:
    """By the names that parity_worker.cpp explains. Trains setup.model."""
    model, numbers = setup.model, {}
    model.eval()
    with torch.no_grad():
        numbers["output"], numbers["answer"] = setup.output(0), setup.answer()
        if setup.case.task == "text" and "attention" in setup.case.settings["model"]["pooling"]:
            numbers["attention"] = attention_weights(setup)
    start = {name: value.clone() for name, value in model.state_dict().items()}
    numbers |= {f"start.{name}": value for name, value in start.items()}

    model.train()
    loss = setup.loss(0)
    loss.backward()
    numbers["loss"] = loss.detach()
    for name, parameter in model.named_parameters():
        numbers[f"gradient.{name}"] = parameter.grad.clone()
    numbers["norm"] = nn.utils.clip_grad_norm_(model.parameters(), torch.inf)

    model.load_state_dict(start)
    numbers["losses"] = torch.tensor(train(setup))
    numbers |= {f"after.{name}": value for name, value in model.state_dict().items()}
    return numbers


def train(setup: Setup) -> list[float]:
    """The loss of each step."""
    fit, losses = setup.case.fit, []
    optimizer = make_optimizer(setup.model, fit)
    rate, average = LearningRate(optimizer, fit, fit.steps), WeightAverage(setup.model, fit)
    parameters = list(setup.model.parameters())
    for _ in range(fit.epochs):
        for first in range(0, fit.batches, fit.accumulate):
            optimizer.zero_grad()
            parts = [setup.loss(batch) for batch in range(first, min(first + fit.accumulate, fit.batches))]
            loss = torch.stack(parts).mean()  # all batches are of one size
            loss.backward()
            clip_gradient(parameters, fit)
            optimizer.step()
            rate.after_step()
            average.after_step()
            losses.append(loss.item())
        with average.in_place():
            rate.after_epoch(validation_loss(setup))
    average.swap()  # what is kept
    return losses


def validation_loss(setup: Setup) -> float:
    setup.model.eval()
    with torch.no_grad():
        loss = setup.valid_loss(0).item()
    setup.model.train()
    return loss


def mnemo_numbers(setup: Setup, folder: Path) -> Numbers:
    """To be called before the setup's model is trained."""
    case = setup.case
    folder.mkdir(parents=True)
    request = {"task": case.task, "settings": case.settings, "loss": case.loss, "fit": dataclasses.asdict(case.fit)}
    request["label_smoothing"] = case.class_loss.label_smoothing
    request["class_weights"] = [] if case.class_loss.weights is None else case.class_loss.weights.flatten().tolist()
    (folder / "request.json").write_text(json.dumps(request))
    save_file({name: value.contiguous() for name, value in setup.model.state_dict().items()},
              folder / "weights.safetensors")  # fmt: skip
    batches = {"inputs": setup.inputs, "targets": setup.targets}
    if setup.lengths is not None:
        batches["lengths"] = setup.lengths
    save_file(batches, folder / "batches.safetensors")
    done = subprocess.run([WORKER, folder], capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    return load_file(folder / "answers.safetensors")
