"""Recurrent layers over sequences of unequal lengths: LSTM, GRU and plain RNN, in one or both directions.

Batches are padded on the right. Padding must not reach any result: in the padded arrangement the reverse direction
reads each sequence mirrored within its own length, in the packed one PyTorch's packed sequences see to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from .norms import make_norm, normalized_steps

Arrangement = Literal["padded", "packed"]


class Encoded(NamedTuple):
    values: Tensor  # (B, T, D) the last layer's hidden state at every step; past an end, anything
    final: Tensor  # (B, D) after each sequence's own last step, directions joined


class State(NamedTuple):
    hidden: Tensor  # (layers * directions, B, H)
    cell: Tensor | None  # likewise, of an LSTM


@dataclass(frozen=True)
class EncoderOptions:
    input_size: int
    hidden_size: int
    layers: int = 1
    bidirectional: bool = False
    dropout: float = 0.0  # between layers
    cell: str = "lstm"  # lstm, gru or rnn
    activation: str = "tanh"  # of the plain RNN: tanh or relu
    inner_norm: str = "none"  # of what each layer but the first reads: none, batch or layer

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def output_size(self) -> int:
        return self.hidden_size * self.directions

    @property
    def mode(self) -> str:
        """PyTorch's name of the cell."""
        return f"RNN_{self.activation.upper()}" if self.cell == "rnn" else self.cell.upper()


class RecurrentEncoder(nn.RNNBase):
    """torch.nn.LSTM, GRU or RNN (its parameters and its operators) for sequences of unequal lengths."""

    def __init__(self, options: EncoderOptions) -> None:
        super().__init__(
            options.mode, options.input_size, options.hidden_size, options.layers,
            batch_first=True, dropout=options.dropout, bidirectional=options.bidirectional,
        )  # fmt: skip
        self.arrangement: Arrangement = "padded"
        self.output_size = options.output_size
        self.inner_norm = options.inner_norm
        for layer in range(1, options.layers):
            self.add_module(self.norm_name(layer), make_norm(options.inner_norm, options.output_size))

    def norm_name(self, layer: int) -> str:
        return f"{self.inner_norm}_norm_l{layer}"

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1

    def forward(self, steps: Tensor, lengths: Tensor | None = None) -> Encoded:
        """steps (B, T, F); lengths (B), or None: all sequences have T steps."""
        if self.inner_norm != "none" and self.num_layers > 1:
            whole = torch.full((steps.shape[0],), steps.shape[1], device=steps.device)
            return self.encode_by_layers(steps, whole if lengths is None else lengths)
        if self.arrangement == "packed" and lengths is not None:
            return self.encode_packed(steps, lengths)
        if lengths is None:
            values, state = self.run(steps)
            return Encoded(values, joined_directions(state.hidden, self.directions))
        if not self.bidirectional:
            values, _ = self.run(steps)
            return Encoded(values, last_steps(values, lengths))
        return self.encode_by_layers(steps, lengths)

    def run(self, steps: Tensor, initial: State | None = None) -> tuple[Tensor, State]:
        """All layers and directions over sequences of equal lengths -> (B, T, D) and the state after the last step."""
        state = initial or self.zero_state(steps, steps.shape[0])
        if self.inner_norm == "none":
            return self.call(steps, state, range(self.num_layers))
        hidden, cells = [], []
        for layer in range(self.num_layers):  # one direction: mnemo's segments have no other
            steps = self.between_layers(layer, steps, None)
            cell = None if state.cell is None else state.cell[layer : layer + 1]
            before = State(state.hidden[layer : layer + 1], cell)
            steps, after = self.call(steps, before, range(layer, layer + 1))
            hidden.append(after.hidden)
            cells.append(after.cell)
        return steps, State(torch.cat(hidden), None if state.cell is None else torch.cat(cells))

    def between_layers(self, layer: int, steps: Tensor, padding: Tensor | None) -> Tensor:
        """Norm and dropout of what a layer reads; the first reads it as it is."""
        if layer == 0:
            return steps
        steps = normalized_steps(getattr(self, self.norm_name(layer)), steps, padding)
        return nn.functional.dropout(steps, self.dropout, self.training)

    def encode_by_layers(self, steps: Tensor, lengths: Tensor) -> Encoded:
        mirrored = mirror_index(lengths, steps.shape[1])
        padding, final = padding_mask(lengths, steps.shape[1]), steps
        for layer in range(self.num_layers):
            steps = self.between_layers(layer, steps, padding)
            state = self.zero_state(steps, steps.shape[0], layers=1, directions=1)
            values, _ = self.call(steps, state, range(layer, layer + 1), direction=0)
            final = last_steps(values, lengths)
            if self.bidirectional:
                backward, _ = self.call(reordered(steps, mirrored), state, range(layer, layer + 1), direction=1)
                backward = reordered(backward, mirrored)
                # Read from its end, a sequence ends at its first step.
                values, final = torch.cat([values, backward], 2), torch.cat([final, backward[:, 0]], 1)
            steps = values
        return Encoded(steps, final)

    def encode_packed(self, steps: Tensor, lengths: Tensor) -> Encoded:
        packed = pack_padded_sequence(steps, lengths, batch_first=True, enforce_sorted=False)
        state = self.zero_state(packed.data, len(lengths))
        output, state = self.call(packed.data, state, range(self.num_layers), batch_sizes=packed.batch_sizes)
        values, _ = pad_packed_sequence(
            PackedSequence(output, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices),
            batch_first=True, total_length=steps.shape[1],
        )  # fmt: skip
        final = joined_directions(state.hidden, self.directions)
        return Encoded(values, final[packed.unsorted_indices])

    def zero_state(
        self, like: Tensor, batch: int, layers: int | None = None, directions: int | None = None
    ) -> State:
        rows = (layers or self.num_layers) * (directions or self.directions)
        zeros = like.new_zeros(rows, batch, self.hidden_size)
        return State(zeros, zeros if self.mode == "LSTM" else None)

    def call(
        self, steps: Tensor, state: State, layers: range,
        direction: int | None = None, batch_sizes: Tensor | None = None,
    ) -> tuple[Tensor, State]:  # fmt: skip
        """PyTorch's operator over some layers: in one direction, or, by default, in all that there are."""
        operator = {"LSTM": torch.lstm, "GRU": torch.gru, "RNN_TANH": torch.rnn_tanh, "RNN_RELU": torch.rnn_relu}
        initial = state.hidden if state.cell is None else (state.hidden, state.cell)
        weights = [weight for layer in layers for weight in self.weights_of(layer, direction)]
        both = self.bidirectional and direction is None
        counts = (True, len(layers), self.dropout, self.training, both)  # there are biases
        if batch_sizes is not None:
            results = operator[self.mode](steps, batch_sizes, initial, weights, *counts)
        else:
            results = operator[self.mode](steps, initial, weights, *counts, True)  # batch first
        return results[0], State(results[1], results[2] if self.mode == "LSTM" else None)

    def weights_of(self, layer: int, direction: int | None) -> list[Tensor]:
        suffixes = ["", "_reverse"] if self.bidirectional else [""]
        chosen = suffixes if direction is None else [suffixes[direction]]
        kinds = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
        return [getattr(self, f"{kind}_l{layer}{suffix}") for suffix in chosen for kind in kinds]


class RecurrentStack(nn.ModuleList):
    """Layers of different sizes on top of one another, each an encoder of its own: parameters "0.weight_ih_l0" ..."""

    def __init__(self, options: EncoderOptions, hidden_sizes: list[int]) -> None:
        layers: list[RecurrentEncoder] = []
        input_size = options.input_size
        for hidden_size in hidden_sizes:
            layer = EncoderOptions(input_size, hidden_size, 1, options.bidirectional, 0.0, options.cell,
                                   options.activation)  # fmt: skip
            layers.append(RecurrentEncoder(layer))
            input_size = layer.output_size
        super().__init__(layers)
        self.dropout = options.dropout
        self.output_size = input_size
        self.layers = len(layers)
        self.inner_norm = options.inner_norm
        for number, layer in enumerate(layers[1:], start=1):
            self.add_module(self.norm_name(number), make_norm(self.inner_norm, layer.input_size))

    def norm_name(self, layer: int) -> str:
        return f"{self.inner_norm}_norm_{layer}"

    def forward(self, steps: Tensor, lengths: Tensor | None = None) -> Encoded:
        padding = None if lengths is None else padding_mask(lengths, steps.shape[1])
        encoded = self[0](steps, lengths)
        for number in range(1, self.layers):
            steps = normalized_steps(getattr(self, self.norm_name(number)), encoded.values, padding)
            encoded = self[number](nn.functional.dropout(steps, self.dropout, self.training), lengths)
        return encoded


def set_arrangement(model: nn.Module, arrangement: Arrangement) -> None:
    """How all recurrent layers of a model treat unequal lengths."""
    for module in model.modules():
        if isinstance(module, RecurrentEncoder):
            module.arrangement = arrangement


def encoder_options(model: dict[str, Any], input_size: int, hidden_size: int = 0) -> EncoderOptions:
    """From the "model" of a run's settings; what it does not name keeps its default."""
    return EncoderOptions(
        input_size=input_size,
        hidden_size=model.get("hidden_size", hidden_size),
        layers=model.get("layers", 1),
        bidirectional=model.get("bidirectional", False),
        dropout=model["layer_dropout"],
        cell=model["cell"],
        activation=model.get("activation", "tanh"),
        inner_norm=model.get("inner_norm", "none"),
    )


def joined_directions(hidden: Tensor, directions: int) -> Tensor:
    """(layers * directions, B, H) -> (B, directions * H): the last layer's."""
    return hidden[-directions:].transpose(0, 1).flatten(1)


def last_steps(values: Tensor, lengths: Tensor) -> Tensor:
    """(B, T, D) -> (B, D) at each sequence's own last step."""
    return values[torch.arange(values.shape[0], device=values.device), lengths - 1]


def mirror_index(lengths: Tensor, steps: int) -> Tensor:
    """(B, T): where each step comes from when each sequence is reversed within its length. Its own inverse."""
    step = torch.arange(steps, device=lengths.device).unsqueeze(0)
    ends = lengths.unsqueeze(1)
    return torch.where(step < ends, ends - 1 - step, step)


def reordered(values: Tensor, index: Tensor) -> Tensor:
    """(B, T, D), (B, T) -> (B, T, D)"""
    return values[torch.arange(values.shape[0], device=values.device).unsqueeze(1), index]


def padding_mask(lengths: Tensor, steps: int) -> Tensor:
    """(B, T): true past the end of a sequence."""
    return torch.arange(steps, device=lengths.device).unsqueeze(0) >= lengths.unsqueeze(1)
