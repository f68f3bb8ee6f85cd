"""The comparison notices slips that are easily made: here PyTorch's side makes them."""

import dataclasses

import mnemo_reference.pooling
import pytest
import torch
from cases import Fit, series, text, transformer
from comparison import assert_same_gradients, assert_same_outputs, assert_same_training
from reference import make_setup, mnemo_numbers, pytorch_numbers


def swap_gates(setup, monkeypatch):
    """Input and forget gate of an LSTM."""
    size = setup.model.encoder.hidden_size
    for parameter in setup.model.encoder.parameters():
        first, second, *others = parameter.data.split(size)
        parameter.data = torch.cat([second, first, *others])


def forget_bias(setup, monkeypatch):
    torch.nn.init.zeros_(setup.model.encoder.bias_hh_l0)


def hide_last_step(setup, monkeypatch):
    """Of the steps that pooling may see."""
    real = mnemo_reference.pooling.padding_mask
    monkeypatch.setattr(mnemo_reference.pooling, "padding_mask", lambda lengths, steps: real(lengths - 1, steps))


def look_ahead(setup, monkeypatch):
    """In a causal transformer."""
    setup.model.encoder.options = dataclasses.replace(setup.model.encoder.options, bidirectional=True)


def see_padding(setup, monkeypatch):
    """From the steps of a transformer."""
    nobody = lambda lengths, steps: torch.zeros(len(lengths), steps, dtype=torch.bool)  # noqa: E731
    monkeypatch.setattr("mnemo_reference.transformer.padding_mask", nobody)


def move_positions(setup, monkeypatch):
    """By one step."""
    real = type(setup.model.encoder).place
    monkeypatch.setattr(type(setup.model.encoder), "place", lambda self, steps: real(self, steps + 1)[1:])


def approximate_gelu(setup, monkeypatch):
    """By a hyperbolic tangent (as GPT-2 does)."""
    for layer in setup.model.encoder.layers:
        layer.activation = lambda x: torch.nn.functional.gelu(x, approximate="tanh")
        layer.activation_relu_or_gelu = 0  # not by PyTorch's one operator for a layer


def move_epsilon_of_batch_norm(setup, monkeypatch):
    """Out of the root: sqrt(variance) + epsilon."""

    def normalized(norm, features):
        mean, variance = (features.mean(0), features.var(0, correction=0)) if norm.training else (
            norm.running_mean, norm.running_var)  # fmt: skip
        return (features - mean) / (variance.sqrt() + norm.eps) * norm.weight + norm.bias

    monkeypatch.setattr("mnemo_reference.norms.batch_normalized", normalized)


def move_epsilon_of_rmsprop(setup, monkeypatch):
    """Into the root: sqrt(square + epsilon)."""

    class Slipped(torch.optim.Optimizer):
        def __init__(self, groups, lr, momentum):
            super().__init__(groups, {"lr": lr})

        @torch.no_grad()
        def step(self):
            for group in self.param_groups:
                for parameter in group["params"]:
                    square = self.state[parameter].setdefault("square", torch.zeros_like(parameter))
                    square.mul_(0.99).addcmul_(parameter.grad, parameter.grad, value=0.01)
                    parameter.sub_(group["lr"] * parameter.grad / (square + 1e-8).sqrt())

    monkeypatch.setattr(torch.optim, "RMSprop", Slipped)


def forget_faster(setup, monkeypatch):
    """A batch norm that keeps too little of the old running variance."""
    setup.model.batch_norm.momentum = 0.11


PLAIN = text("slip", pooling=["mean", "attention"])
CAUSAL = text("slip-causal", pooling=["mean"], layers=2, **transformer())
BOTH_WAYS = text("slip-both-ways", pooling=["mean"], bidirectional=True, **transformer())
NORMED = text("slip-batch-norm", pooling=["mean"], norm="batch")
SLIPS = [
    (swap_gates, PLAIN),
    (forget_bias, PLAIN),
    (hide_last_step, PLAIN),
    (look_ahead, CAUSAL),
    (see_padding, BOTH_WAYS),
    (move_positions, BOTH_WAYS),
    (approximate_gelu, CAUSAL),
    (move_epsilon_of_batch_norm, NORMED),
    (forget_faster, series("slip", norm="batch")),
    (move_epsilon_of_rmsprop, text("slip-rmsprop", fit=Fit(optimizer="rmsprop"))),
]


@pytest.mark.parametrize(("slip", "case"), SLIPS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_slip_is_noticed(slip, case, tmp_path, monkeypatch):
    setup = make_setup(case)
    mnemo = mnemo_numbers(setup, tmp_path / "case")
    slip(setup, monkeypatch)
    pytorch = pytorch_numbers(setup)
    with pytest.raises(AssertionError, match="not close"):
        assert_same_outputs(mnemo, pytorch)
        assert_same_gradients(mnemo, pytorch)
        assert_same_training(case, mnemo, pytorch)
