"""mnemo's layers as modules of PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from ._library import library

UNIT_ALIGNMENT = 16  # hidden units of a gate are laid out in multiples of it, see models/kernels/vector_kernels.h


class LSTM(nn.LSTM):
    """``torch.nn.LSTM`` computed by mnemo's kernels over packed sequences, without a padded position.

    Parameters, their names and shapes, and what it takes and gives are those of ``torch.nn.LSTM``, so that either
    loads the other's ``state_dict``. Sequences of unequal lengths come as a ``PackedSequence``; a tensor is a batch of
    equal ones. It works under ``torch.compile`` and ``torch.export``, and is differentiable once.

    Where its kernels are not for, a CPU without AVX2, another device or another type than float32, PyTorch's own
    compute. ``proj_size`` is not supported.

    Examples
    --------
    >>> layer = mnemo.nn.LSTM(128, 256, bidirectional=True)
    >>> output, (hidden, cell) = layer(torch.nn.utils.rnn.pack_sequence(texts, enforce_sorted=False))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.proj_size:
            raise ValueError("proj_size: mnemo's LSTM has no projections; torch.nn.LSTM has")

    def forward(self, input: Tensor | PackedSequence, hx: tuple[Tensor, Tensor] | None = None) -> Any:
        values = input.data if isinstance(input, PackedSequence) else input
        if not library.has_lstm_kernels() or values.device.type != "cpu" or not self._is_float(values):
            return super().forward(input, hx)
        if isinstance(input, PackedSequence):
            state = self._state(values, int(input.batch_sizes[0]), hx, input.sorted_indices)
            values, state = self._layers(values, input.batch_sizes, *state)
            hidden, cell = (permuted(one, input.unsorted_indices) for one in state)
            return PackedSequence(values, input.batch_sizes, input.sorted_indices, input.unsorted_indices), (
                hidden,
                cell,
            )
        return self._forward_padded(values, hx)

    def _forward_padded(self, values: Tensor, hx: tuple[Tensor, Tensor] | None) -> Any:
        is_batched = values.dim() == 3
        if not is_batched:
            values = values.unsqueeze(1)  # (T, 1, F)
            hx = None if hx is None else (hx[0].unsqueeze(1), hx[1].unsqueeze(1))
        elif self.batch_first:
            values = values.transpose(0, 1)
        steps, sequences, features = values.shape
        batch_sizes = torch.full((steps,), sequences, dtype=torch.int64)
        output, state = self._layers(
            values.reshape(steps * sequences, features), batch_sizes, *self._state(values, sequences, hx, None)
        )
        output = output.reshape(steps, sequences, output.shape[1])
        if not is_batched:
            return output.squeeze(1), (state[0].squeeze(1), state[1].squeeze(1))
        return output.transpose(0, 1) if self.batch_first else output, state

    def _is_float(self, values: Tensor) -> bool:
        return values.dtype == torch.float32 and self.weight_ih_l0.dtype == torch.float32

    def _state(self, values: Tensor, sequences: int, hx: tuple[Tensor, Tensor] | None, order: Tensor | None) -> Any:
        if hx is not None:
            return permuted(hx[0], order), permuted(hx[1], order)
        zeros = values.new_zeros(self.num_layers * self._directions, sequences, self.hidden_size)
        return zeros, zeros

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _layers(self, values: Tensor, batch_sizes: Tensor, hidden: Tensor, cell: Tensor) -> Any:
        """values (N, F) -> (N, D H), and the states after each sequence's last step, (layers D, B, H)."""
        trains = torch.is_grad_enabled() and any(
            one.requires_grad for one in (values, hidden, cell, *self.parameters())
        )
        states = []
        for layer in range(self.num_layers):
            here = slice(layer * self._directions, (layer + 1) * self._directions)
            values, *state = torch.ops.mnemo.lstm(
                values, batch_sizes, self._parameters_of(layer), hidden[here], cell[here], trains
            )[:3]
            states.append(state)
            if self.dropout and self.training and layer + 1 < self.num_layers:
                values = nn.functional.dropout(values, self.dropout)
        return values, tuple(torch.cat(of_layers) for of_layers in zip(*states))

    def _parameters_of(self, layer: int) -> list[Tensor]:
        """Four of each direction; biases that it has not are zero."""
        parameters = []
        for direction in range(self._directions):
            suffix = f"_l{layer}" + ("_reverse" if direction else "")
            parameters += [getattr(self, f"weight_ih{suffix}"), getattr(self, f"weight_hh{suffix}")]
            if self.bias:
                parameters += [getattr(self, f"bias_ih{suffix}"), getattr(self, f"bias_hh{suffix}")]
            else:
                parameters += [parameters[-1].new_zeros(4 * self.hidden_size)] * 2
        return parameters


def permuted(state: Tensor, order: Tensor | None) -> Tensor:
    return state if order is None else state.index_select(1, order)


@torch.library.register_fake("mnemo::lstm")
def _(input: Tensor, batch_sizes: Tensor, parameters: list[Tensor], hidden: Tensor, cell: Tensor, trains: bool) -> Any:
    units, values, directions = parameters[1].shape[1], input.shape[0], len(parameters) // 4
    padded = (units + UNIT_ALIGNMENT - 1) // UNIT_ALIGNMENT * UNIT_ALIGNMENT
    kept = [(directions, values, 4 * padded), (directions, values, padded), (directions, values, padded)]
    return (
        input.new_empty(values, directions * units),
        hidden.new_empty(hidden.shape),
        cell.new_empty(cell.shape),
        *(input.new_empty(shape if trains else (0,)) for shape in kept),
    )


@torch.library.register_fake("mnemo::lstm_backward")
def _(
    values: Any,
    hidden: Any,
    cell: Any,
    input: Tensor,
    batch_sizes: Tensor,
    parameters: list[Tensor],
    initial: Tensor,
    *_: Any,
) -> Any:
    empty = [one.new_empty(one.shape) for one in (input, initial, initial, *parameters)]
    return (*empty[:3], empty[3:])


def remember(ctx: Any, inputs: Any, output: Any) -> None:
    input, batch_sizes, parameters, initial, *_ = inputs
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(input, batch_sizes, initial, *output[3:], *parameters)


def differentiate(ctx: Any, values: Any, hidden: Any, cell: Any, *_: Any) -> Any:
    input, batch_sizes, initial, gates, cell_before, hidden_before, *parameters = ctx.saved_tensors
    of_input, of_hidden, of_cell, of_parameters = torch.ops.mnemo.lstm_backward(
        values, hidden, cell, input, batch_sizes, parameters, initial, gates, cell_before, hidden_before
    )
    return of_input, None, of_parameters, of_hidden, of_cell, None


torch.library.register_autograd("mnemo::lstm", differentiate, setup_context=remember)
