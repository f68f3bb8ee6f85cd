"""Forecasters: from the last `lookback` rows of a table to the next `horizon` rows of its target columns.

segments  SegRNN (Lin et al. 2023): all targets share the weights, a step of the recurrence reads a whole segment of
          rows, and the horizon's segments are decoded side by side from the final state; a transformer reads the
          segments of the past and a query for each of the horizon as one sequence, in which all see all
stacked   recurrent layers, or a transformer in which all rows see all, over the rows -> last state -> dense
decoder   an encoder-decoder: a cell reads the look-back row by row, another goes on from its state through the rows to
          come, reading what is known of each -> dense -> dense
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from .encoder import EncoderOptions, RecurrentEncoder, RecurrentStack, State
from .scaling import ColumnScaling
from .transformer import TransformerEncoder, stacked_options, transformer_options

LEAST_WINDOW_VARIANCE = 1e-5
LEAST_MOVEMENT = 1e-9  # of a window's size: what moves less is constant but for rounding


class WindowLevel(NamedTuple):
    """What is taken from each window and given back to its forecast: (B, 1, columns) each."""

    offset: Tensor
    scale: Tensor

    def of_columns(self, columns: list[int]) -> WindowLevel:
        return WindowLevel(self.offset[:, :, columns], self.scale[:, :, columns])


class WindowScale(NamedTuple):
    """What each window is scaled by: (B, 1, columns) each, in double."""

    offset: Tensor
    scale: Tensor
    moves: Tensor  # 0 where a column is constant over the window

    def of_columns(self, columns: list[int]) -> WindowScale:
        return WindowScale(*(part[:, :, columns] for part in self))


class Autoregression(nn.Module):
    """A linear forecast of each target from the last `rows` of its own past, which counts `share` beside the layers:
    for what mnemo has trained."""

    def __init__(self, rows: int, horizon: int) -> None:
        super().__init__()
        self.rows = rows
        self.register_buffer("weight", torch.zeros(horizon, rows))
        self.register_buffer("bias", torch.zeros(horizon))
        self.register_buffer("share", torch.full((1,), 0.5))

    def mixed_into(self, layers: Tensor, past: Tensor, centre: int) -> Tensor:
        """layers (B, horizon, K, outputs), past (B, K, L) -> the same with a share of column `centre` from here."""
        linear = functional.linear(past[:, :, -self.rows :], self.weight, self.bias).transpose(1, 2)
        change = ((linear - layers[..., centre]) * self.share).unsqueeze(3)
        return layers + functional.pad(change, (centre, layers.shape[3] - centre - 1))


class WordColumns(nn.Module):
    """Numbers as they are, words by what was learnt of each: `words` says of each column how many there are, 0 of a
    number."""

    def __init__(self, words: list[int]) -> None:
        super().__init__()
        self.words = words
        for column, count in enumerate(words):
            if count:
                self.register_parameter(f"column_{column}_embedding", nn.Parameter(torch.randn(count, size_of(count))))

    @property
    def width(self) -> int:
        return sum(size_of(count) if count else 1 for count in self.words)

    def forward(self, columns: Tensor) -> Tensor:
        """(B, rows, columns) -> (B, rows, width), numbers before words."""
        if not any(self.words):
            return columns
        numbers = [columns[:, :, i : i + 1] for i, count in enumerate(self.words) if not count]
        embedded = [
            functional.embedding(columns[:, :, i].round().clamp(0, count - 1).long(),
                                 self.get_parameter(f"column_{i}_embedding"))
            for i, count in enumerate(self.words) if count
        ]  # fmt: skip
        return torch.cat(numbers + embedded, 2)


def size_of(words: int) -> int:
    return min(8, max(1, (words + 1) // 2))


class StepHead(nn.Module):
    """What each step adds to the forecast, by what is known of it and by what the layers say of it."""

    CONTEXT, HIDDEN = 16, 64

    def __init__(self, state_size: int, steps: int, known: int, outputs: int) -> None:
        super().__init__()
        self.context = nn.Linear(state_size, steps * self.CONTEXT)
        self.hidden = nn.Linear(self.CONTEXT + known, self.HIDDEN)
        self.output = nn.Linear(self.HIDDEN, outputs)

    def forward(self, state: Tensor, known: Tensor) -> Tensor:
        """state (B, ...), known (B, steps, known) -> (B, K, steps, outputs)"""
        context = self.context(state).view(known.shape[0], -1, known.shape[1], self.CONTEXT)
        beside = known.unsqueeze(1).expand(-1, context.shape[1], -1, -1)
        return self.output(torch.relu(self.hidden(torch.cat([context, beside], 3))))


class Forecaster(nn.Module):
    def __init__(self, settings: dict[str, Any]) -> None:
        """`settings` of a run's meta.json."""
        super().__init__()
        model, features, targets = settings["model"], settings["features"], settings["targets"]
        self.kind, self.normalization = model["model"], model["normalization"]
        self.window_scaling = model.get("window_scaling", "none")
        self.lookback, self.horizon, self.segment = model["lookback"], model["horizon"], model["segment"]
        known, of_words = settings.get("known", []), settings.get("table", {}).get("words", {})
        holidays, calendar = settings.get("holidays", []), 2 * len(settings["calendar"])
        self.fixed_columns = len(known) + 2 * len(holidays) + calendar
        self.features = len(features) + self.fixed_columns
        words = []
        if known or holidays:
            words = [len(of_words[name]) + 1 if name in of_words else 0 for name in known]
            words += [count for place in holidays for count in (0, len(place["words"]) + 1)] + [0] * calendar
        self.words = WordColumns(words) if words else None
        self.known_columns = len(words)
        self.inputs = self.features - self.known_columns + (self.words.width if self.words else 0)
        self.target_columns = [features.index(name) if name in features else -1 for name in targets]
        self.other_columns = [column for column in range(self.inputs) if column not in self.target_columns]
        self.targets = len(targets)
        self.quantiles: list[float] = settings["quantiles"]
        self.outputs = max(1, len(self.quantiles))  # numbers a target and step
        self.centre = min(range(len(self.quantiles)), key=lambda i: abs(self.quantiles[i] - 0.5), default=0)
        self.feature_scaling = ColumnScaling(self.features)
        self.target_scaling = ColumnScaling(self.targets)
        self.dropout = model["dropout"]
        self.non_negative = model.get("non_negative", False)
        if model.get("calibrated", False):
            self.register_buffer("calibration", torch.zeros(self.horizon, len(self.quantiles)))
        else:
            self.calibration = None
        rows = model.get("autoregression", 0)
        self.autoregression = Autoregression(rows, self.horizon) if rows else None
        {"stacked": self.make_stack, "segments": self.make_segments, "decoder": self.make_decoder}[self.kind](model)

    @property
    def window_rows(self) -> int:
        return self.lookback + (self.horizon if self.words else 0)

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> Forecaster:
        return cls(settings)

    def make_stack(self, model: dict[str, Any]) -> None:
        if model["cell"] == "transformer":
            self.stack = TransformerEncoder(stacked_options(model, self.inputs, self.lookback, True))
        else:
            options = EncoderOptions(self.inputs, 0, dropout=model["layer_dropout"], cell=model["cell"],
                                     inner_norm=model.get("inner_norm", "none"))  # fmt: skip
            self.stack = RecurrentStack(options, model["hidden_sizes"])
        self.dense = nn.Linear(self.stack.output_size, self.horizon * self.targets * self.outputs)
        if self.words:
            steps = self.horizon * self.targets
            self.step_head = StepHead(self.stack.output_size, steps, self.words.width, self.outputs)

    def make_segments(self, model: dict[str, Any]) -> None:
        size = model["hidden_size"]
        self.segments_in = -(-self.lookback // self.segment)
        self.segments_out = -(-self.horizon // self.segment)
        self.projection = nn.Linear(self.segment * (1 + len(self.other_columns)), size)
        if model["cell"] == "transformer":
            tokens = self.segments_in + self.segments_out
            self.encoder = TransformerEncoder(
                transformer_options(model, size, size, model["layers"], tokens, bidirectional=True)
            )
        else:
            self.encoder = RecurrentEncoder(
                EncoderOptions(size, size, model["layers"], dropout=model["layer_dropout"], cell=model["cell"],
                               inner_norm=model.get("inner_norm", "none"))  # fmt: skip
            )
        self.position_embedding = nn.Parameter(torch.randn(self.segments_out, size // 2))
        self.target_embedding = nn.Parameter(torch.randn(self.targets, size - size // 2))
        self.dense = nn.Linear(size, self.segment * self.outputs)
        if self.words:
            self.known_projection = nn.Linear(self.segment * self.words.width, size)
            self.step_head = StepHead(size, self.segment, self.words.width, self.outputs)

    def make_decoder(self, model: dict[str, Any]) -> None:
        size, steps = model["hidden_size"], 1 + (self.words.width if self.words else 0)
        options = EncoderOptions(self.inputs, size, model["layers"], dropout=model["layer_dropout"], cell=model["cell"],
                                 inner_norm=model.get("inner_norm", "none"))  # fmt: skip
        self.encoder = RecurrentEncoder(options)
        self.decoder = RecurrentEncoder(replace(options, input_size=steps))
        self.hidden = nn.Linear(size + steps, size)
        self.dense = nn.Linear(size, self.targets * self.outputs)

    def forward(self, history: Tensor) -> Tensor:
        """history (B, L, F), or with what is known ahead (B, L + horizon, F), scaled -> (B, horizon, K), with
        quantiles (B, horizon, K, Q) ascending, scaled."""
        ahead = None  # (B, horizon, E)
        if self.words:
            ahead = self.words(history[:, self.lookback :, -self.known_columns :])
            history = history[:, : self.lookback]
        level = self.level_of(history)
        history = (history - level.offset) / level.scale if level is not None else history
        by_model = {"stacked": self.by_stack, "segments": self.by_segments, "decoder": self.by_decoder}
        result = by_model[self.kind](history, ahead)
        if self.autoregression is not None:
            past = history[:, :, self.target_columns].transpose(1, 2)  # (B, K, L)
            result = self.autoregression.mixed_into(result, past, self.centre)
        if self.quantiles:
            result = ascending(result, self.centre)
        if level is not None:
            of_targets = level.of_columns(self.target_columns)
            result = result * of_targets.scale.unsqueeze(3) + of_targets.offset.unsqueeze(3)
        if self.calibration is not None:
            result = (result + self.calibration.unsqueeze(1)).cummax(3)[0]
        return result if self.quantiles else result.squeeze(3)

    def forecast(self, history: Tensor) -> Tensor:
        """The same in the data's own units."""
        result = self.in_units(history)
        return result.clamp(min=0) if self.non_negative else result

    def in_units(self, history: Tensor) -> Tensor:
        if self.window_scaling != "none":
            return self.forecast_by_windows(history)
        scaled = self(self.feature_scaling.scaled(history))
        if not self.quantiles:
            return self.target_scaling.unscaled(scaled)
        return self.target_scaling.unscaled(scaled.transpose(2, 3)).transpose(2, 3)

    def forecast_by_windows(self, history: Tensor) -> Tensor:
        """Of a model that scales each window by its own rows."""
        values = history.double()
        window = self.scale_of(values[:, : self.lookback])
        result = self(((values - window.offset) / window.scale).float())
        own = window.of_columns(self.target_columns)
        size, offset = own.scale * own.moves, own.offset  # (B, 1, K)
        if self.quantiles:
            size, offset = size.unsqueeze(3), offset.unsqueeze(3)
        return (result * size + offset).to(history.dtype)

    def scale_of(self, values: Tensor) -> WindowScale:
        if self.window_scaling == "standard":
            offset = values.mean(1, keepdim=True)
            size = values.var(1, correction=0, keepdim=True).sqrt()
        else:  # minmax
            offset = values.amin(1, keepdim=True)
            size = values.amax(1, keepdim=True) - offset
        moves = size > offset.abs() * LEAST_MOVEMENT
        of_file = self.feature_scaling.scale.double().expand_as(offset)
        scale = torch.where(moves, size, torch.maximum(offset.abs(), of_file))
        if self.fixed_columns:
            fixed = -self.fixed_columns
            offset_of_file = self.feature_scaling.offset.double().expand_as(offset)
            offset = torch.cat([offset[:, :, :fixed], offset_of_file[:, :, fixed:]], 2)
            scale = torch.cat([scale[:, :, :fixed], of_file[:, :, fixed:]], 2)
        return WindowScale(offset, scale, moves.double())

    def level_of(self, history: Tensor) -> WindowLevel | None:
        if self.normalization == "none":
            return None
        if self.normalization == "last":
            offset = history[:, -1:]
            scale = torch.ones_like(offset)
        else:  # reversible
            offset = history.mean(1, keepdim=True)
            scale = (history.var(1, correction=0, keepdim=True) + LEAST_WINDOW_VARIANCE).sqrt()
        if self.fixed_columns == 0:
            return WindowLevel(offset, scale)
        # Columns known ahead, such as hours and weekdays, say something by what they are, not by how they change.
        own, fixed = offset.shape[2] - self.fixed_columns, (0, self.fixed_columns)
        return WindowLevel(functional.pad(offset[:, :, :own], fixed),
                           functional.pad(scale[:, :, :own], fixed, value=1.0))  # fmt: skip

    def with_words(self, history: Tensor) -> Tensor:
        """(B, L, F) -> (B, L, inputs)"""
        if not self.words:
            return history
        known = -self.known_columns
        return torch.cat([history[:, :, :known], self.words(history[:, :, known:])], 2)

    def by_stack(self, history: Tensor, known: Tensor | None) -> Tensor:
        """(B, L, F) -> (B, horizon, K, outputs)"""
        state = functional.dropout(self.stack(self.with_words(history)).final, self.dropout, self.training)
        result = self.dense(state).view(-1, self.horizon, self.targets, self.outputs)
        if known is None:
            return result
        return result + self.step_head(state, known.repeat_interleave(self.targets, 1)).view(result.shape)

    def by_segments(self, history: Tensor, known: Tensor | None) -> Tensor:
        """(B, L, F) -> (B, horizon, K, outputs)"""
        batch, ahead = history.shape[0], self.segments_out
        if known is not None:
            known = functional.pad(known, (0, 0, 0, ahead * self.segment - self.horizon))
        inputs = torch.relu(self.projection(self.segment_inputs(self.with_words(history))))  # (B K, n, H)
        decode = self.decode_by_queries if isinstance(self.encoder, TransformerEncoder) else self.decode_by_state
        decoded = functional.dropout(decode(inputs, self.decoder_inputs(batch, known)), self.dropout, self.training)
        result = self.dense(decoded).view(batch, self.targets, ahead * self.segment, self.outputs)
        if known is not None:
            result = result + self.step_head(decoded.view(batch, self.targets, ahead, -1), known)
        return result[:, :, : self.horizon].transpose(1, 2)

    def by_decoder(self, history: Tensor, known: Tensor | None) -> Tensor:
        """(B, L, F) -> (B, horizon, K, outputs)"""
        _, state = self.encoder.run(self.with_words(history))
        places = torch.arange(1, self.horizon + 1, dtype=history.dtype) / self.horizon
        steps = places.view(1, -1, 1).expand(history.shape[0], -1, -1)  # (B, horizon, step inputs)
        if known is not None:
            steps = torch.cat([known, steps], 2)
        decoded, _ = self.decoder.run(steps, state)  # (B, horizon, H)
        hidden = torch.relu(self.hidden(torch.cat([decoded, steps], 2)))
        hidden = functional.dropout(hidden, self.dropout, self.training)
        return self.dense(hidden).view(-1, self.horizon, self.targets, self.outputs)

    def decode_by_state(self, inputs: Tensor, queries: Tensor) -> Tensor:
        """(B K, n, H) -> (B K m, H): every segment to come starts from the same state."""
        _, state = self.encoder.run(inputs)
        hidden = state.hidden.repeat_interleave(self.segments_out, 1)  # (layers, B K m, H)
        cell = None if state.cell is None else state.cell.repeat_interleave(self.segments_out, 1)
        decoded, _ = self.encoder.run(queries.unsqueeze(1), State(hidden, cell))  # (B K m, 1, H)
        return decoded.squeeze(1)

    def decode_by_queries(self, inputs: Tensor, queries: Tensor) -> Tensor:
        """Likewise: the segments to come stand in the sequence, behind those of the past."""
        queries = queries.view(-1, self.segments_out, inputs.shape[2])
        values = self.encoder(torch.cat([inputs, queries], 1)).values  # (B K, n + m, H)
        return values[:, self.segments_in :].flatten(0, 1)

    def segment_inputs(self, history: Tensor) -> Tensor:
        """(B, L, F) -> (B K, n, segment columns): of each target its own segments, beside them those of the others."""
        missing = self.segments_in * self.segment - self.lookback
        if missing > 0:  # the window's first row again
            history = torch.cat([history[:, :1].expand(-1, missing, -1), history], 1)
        segments = history.unflatten(1, (self.segments_in, self.segment)).permute(0, 3, 1, 2)  # (B, F, n, segment)
        own = segments[:, self.target_columns]  # (B, K, n, segment)
        if self.other_columns:
            beside = segments[:, self.other_columns].transpose(1, 2).flatten(2)  # (B, n, others segment)
            own = torch.cat([own, beside.unsqueeze(1).expand(-1, self.targets, -1, -1)], 3)
        return own.flatten(0, 1)

    def decoder_inputs(self, batch: int, known: Tensor | None) -> Tensor:
        """(B K m, H): for each of the m output segments, where it stands, whose it is, and what is known of it."""
        position = self.position_embedding.unsqueeze(0).expand(self.targets, -1, -1)
        target = self.target_embedding.unsqueeze(1).expand(-1, self.segments_out, -1)
        inputs = torch.cat([position, target], 2)  # (K, m, H)
        if known is not None:
            of_segments = self.known_projection(known.reshape(batch, self.segments_out, -1))  # (B, m, H)
            return (inputs + of_segments.unsqueeze(1)).flatten(0, 2)
        return inputs.flatten(0, 1).repeat(batch, 1)


def ascending(raw: Tensor, centre: int) -> Tensor:
    """Quantiles that cannot cross: the centre is free, its neighbours lie a softplus away each."""
    gaps = functional.softplus(raw)
    middle = raw[..., centre : centre + 1]
    above = middle + gaps[..., centre + 1 :].cumsum(-1)
    below = middle - gaps[..., :centre].flip(-1).cumsum(-1).flip(-1)
    return torch.cat([below, middle, above], -1)
