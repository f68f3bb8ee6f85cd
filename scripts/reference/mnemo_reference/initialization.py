"""Starting values of parameters: PyTorch's distributions, drawn as mnemo draws them, so that equal seeds give equal
weights."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .transformer import POSITION_STD

RECURRENT = ("weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l")
LSTM_GATES = 4
ATTENTION = ("attention", "attention.out_proj", "self_attn", "self_attn.out_proj")


@torch.no_grad()
def initialize_parameters(model: nn.Module, seed: int, embedding_std: float = 1.0, forget_bias: float = 0.0) -> None:
    """`seed` is that of SeedUse.INITIALIZATION; `forget_bias` is added to the bias of LSTMs' forget gates."""
    generator = torch.Generator().manual_seed(seed)
    parameters = dict(model.named_parameters())
    for name, parameter in parameters.items():
        prefix, _, leaf = name.rpartition(".")
        owner = f"{prefix}." if prefix else ""
        if leaf.startswith(RECURRENT):
            hidden = parameters[f"{owner}weight_hh_l0"].shape[1]
            uniform(parameter, hidden, generator)
            if leaf.startswith("bias_ih") and len(parameter) == LSTM_GATES * hidden:
                parameter[hidden : 2 * hidden] += forget_bias
        elif leaf.endswith("embedding"):  # of places and targets
            parameter.normal_(0.0, embedding_std, generator=generator)
        elif prefix.endswith("embedding"):  # of tokens; the first is padding
            parameter.normal_(0.0, embedding_std, generator=generator)
            parameter[0].zero_()
        elif leaf == "positions":
            parameter.normal_(0.0, POSITION_STD, generator=generator)
        elif prefix.endswith(("norm", "norm1", "norm2")):
            parameter.fill_(1.0 if leaf == "weight" else 0.0)
        elif leaf == "in_proj_weight":
            nn.init.xavier_uniform_(parameter, generator=generator)
        elif parameter.dim() == 1 and prefix.endswith(ATTENTION):
            parameter.zero_()
        else:  # dense layers
            uniform(parameter, parameters[f"{owner}weight"].shape[1], generator)


def uniform(parameter: Tensor, fan_in: int, generator: torch.Generator) -> None:
    bound = 1.0 / math.sqrt(fan_in)
    parameter.uniform_(-bound, bound, generator=generator)
