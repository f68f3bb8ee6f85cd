"""How close mnemo's numbers must be to PyTorch's, in fp32. What is too far raises AssertionError."""

from __future__ import annotations

import pytest
import torch
from cases import Case
from reference import Numbers
from torch import Tensor

# Sums over a handful of terms in another order, and mnemo's own exp and tanh (a few units in the last place): some ten
# units of 6e-8 relative to the largest number at hand.
FORWARD = {"rtol": 1e-5, "atol": 2e-6}
# A gradient is a sum over all steps of products of such numbers.
GRADIENT = 2e-5  # of the largest gradient in the parameter, or of a tenth of the norm of all where that is more
# Rounding goes through every step of a fit; where gradients are small, Adam and RMSprop divide it by them.
LOSSES = {"rtol": 1e-4, "atol": 1e-5}
AFTER_FIT = 2e-3  # of the way that a parameter could go at most, see longest_way()


def attention_of(case: Case) -> bool:
    return "attention" in case.settings["model"].get("pooling", [])


def batch_norm_of(case: Case) -> bool:
    model = case.settings["model"]
    return model.get("norm") == "batch"


def free_parts(case: Case, name: str) -> list[slice]:
    """Elements of a parameter whose gradient is zero in exact arithmetic, so that optimizers which divide by the size
    of a gradient take full steps in whatever direction rounding points."""
    if name.endswith("self_attn.in_proj_bias"):
        size = transformer_size(case)
        return [slice(size, 2 * size)]  # of keys: adds the same number to all scores of a softmax
    if not attention_of(case):
        return []
    if name == "pooling.attention.in_proj_bias":
        size = attention_size(case)
        key = slice(size, 2 * size)  # adds the same number to all scores of a softmax
        value = slice(2 * size, 3 * size)  # adds a constant to what is pooled, which a batch norm takes away
        return [key, value] if batch_norm_of(case) else [key]
    if batch_norm_of(case) and name == "pooling.attention.out_proj.bias":  # likewise
        return [slice(None)]
    # Mean of what is pooled, that constant included.
    return [slice(None)] if name == "batch_norm.running_mean" and case.fit.optimizer != "sgd" else []


def attention_size(case: Case) -> int:
    model = case.settings["model"]
    width = model["hidden_sizes"][-1] if case.task == "series" else model["hidden_size"]
    return width * (2 if model["bidirectional"] and model["cell"] != "transformer" else 1)


def transformer_size(case: Case) -> int:
    model = case.settings["model"]
    has_sizes = case.task == "series" or model.get("model") == "stacked"
    return model["hidden_sizes"][-1] if has_sizes else model["hidden_size"]


def without(tensor: Tensor, parts: list[slice]) -> Tensor:
    result = tensor.clone().double()
    for part in parts:
        result[part] = 0.0
    return result


def longest_way(case: Case, name: str, start: Tensor, end: Tensor) -> float:
    """How far an element could have gone: a step of Adam or RMSprop is about a learning rate long."""
    moved = (end - start).abs().max().item()
    is_trained = not name.endswith(("running_mean", "running_var", "num_batches_tracked", "offset", "scale"))
    by_rate = case.fit.learning_rate * case.fit.steps if is_trained and case.fit.optimizer != "sgd" else 0.0
    return max(moved, by_rate)


def assert_same_outputs(mnemo: Numbers, pytorch: Numbers) -> None:
    assert ("attention" in mnemo) == ("attention" in pytorch)
    for name in {"output", "answer", "attention"} & pytorch.keys():
        torch.testing.assert_close(mnemo[name], pytorch[name], **FORWARD, msg=lambda text: f"{name}: {text}")
    torch.testing.assert_close(mnemo["loss"].squeeze(), pytorch["loss"].double(), **FORWARD)


def assert_same_gradients(mnemo: Numbers, pytorch: Numbers) -> None:
    norm = pytorch["norm"].item()
    names = {name for name in pytorch if name.startswith("gradient.")}
    assert names == {name for name in mnemo if name.startswith("gradient.")}
    for name in names:
        largest = pytorch[name].abs().max().item()
        tolerance = GRADIENT * max(largest, 0.1 * norm)
        torch.testing.assert_close(mnemo[name], pytorch[name], rtol=0, atol=tolerance, msg=lambda t: f"{name}: {t}")
    assert mnemo["norm"].item() == pytest.approx(norm, rel=GRADIENT)


def assert_same_training(case: Case, mnemo: Numbers, pytorch: Numbers) -> None:
    torch.testing.assert_close(mnemo["losses"].float(), pytorch["losses"], **LOSSES)
    names = {name.removeprefix("after.") for name in pytorch if name.startswith("after.")}
    assert names == {name.removeprefix("after.") for name in mnemo if name.startswith("after.")}
    for name in names:
        free = free_parts(case, name)
        found, expected = (without(numbers[f"after.{name}"], free) for numbers in (mnemo, pytorch))
        assert found.isfinite().all()
        way = longest_way(case, name, without(pytorch[f"start.{name}"], free), expected)
        torch.testing.assert_close(found, expected, rtol=0, atol=AFTER_FIT * way + 1e-6,
                                   msg=lambda t: f"{name}: {t}")  # fmt: skip
