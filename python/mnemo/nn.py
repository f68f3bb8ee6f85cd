"""mnemo's layers as modules of PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import _VF, Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from ._library import library

UNIT_ALIGNMENT = 16  # hidden units of a gate are laid out in multiples of it, see models/kernels/vector_kernels.h


HAS_KERNELS: bool = library.has_lstm_kernels()


class LSTM(nn.Module):
    """``torch.nn.LSTM`` computed by mnemo's kernels over packed sequences, without a padded position.

    Arguments, parameters, their names and shapes, and what it takes and gives are those of ``torch.nn.LSTM``, so that
    either loads the other's ``state_dict``; but it has no ``proj_size``. Sequences of unequal lengths come as a
    ``PackedSequence``; a tensor is a batch of equal ones. It works under ``torch.compile`` and ``torch.export``, and
    is differentiable once.

    Where its kernels are not for, a CPU without AVX2, another device or another type than float32, PyTorch's own
    compute.

    Examples
    --------
    >>> layer = mnemo.nn.LSTM(128, 256, bidirectional=True)
    >>> output, (hidden, cell) = layer(torch.nn.utils.rnn.pack_sequence(texts, enforce_sorted=False))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout, self.bidirectional = bias, batch_first, dropout, bidirectional
        # No subclass of PyTorch's own, which torch.compile does not look into; but it begins with the same weights.
        stock = nn.LSTM(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device=device, dtype=dtype
        )
        for name, parameter in stock.named_parameters():
            self.register_parameter(name, parameter)

    def extra_repr(self) -> str:
        told = f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}"
        return told + ", bidirectional=True" * self.bidirectional

    def forward(self, input: Tensor | PackedSequence, hx: tuple[Tensor, Tensor] | None = None) -> Any:
        if not isinstance(input, PackedSequence):
            return self._forward_padded(input, hx)
        data, batch_sizes, order, back = input.data, input.batch_sizes, input.sorted_indices, input.unsorted_indices
        state = self._state(data, int(batch_sizes[0]), hx, order)
        values, state = self._layers(data, batch_sizes, *state)
        return PackedSequence(values, batch_sizes, order, back), (permuted(state[0], back), permuted(state[1], back))

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
        own = HAS_KERNELS and values.device.type == "cpu" and values.dtype == self.weight_ih_l0.dtype == torch.float32
        if not own:
            weights = [one for layer in range(self.num_layers) for one in self._parameters_of(layer)]
            values, hidden, cell = _VF.lstm(
                values, batch_sizes, (hidden, cell), weights, True, self.num_layers, self.dropout, self.training,
                self.bidirectional,
            )  # fmt: skip
            return values, (hidden, cell)
        grads = (values, hidden, cell, *self.parameters())
        trains = torch.is_grad_enabled() and any(one.requires_grad for one in grads)
        states = []
        for layer in range(self.num_layers):
            here = slice(layer * self._directions, (layer + 1) * self._directions)
            values, *state = torch.ops.mnemo.lstm(
                values, batch_sizes, self._parameters_of(layer), hidden[here], cell[here], trains
            )[:3]
            states.append(state)
            if self.dropout and self.training and layer + 1 < self.num_layers:
                values = nn.functional.dropout(values, self.dropout)
        return values, tuple(torch.cat(of_layers) for of_layers in zip(*states, strict=True))

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
