"""Writes a text classifier of mnemo's as an ONNX file, in the arrangement that ONNX Runtime computes fastest.

    export_reference_onnx.py --out FILE --run RUN                       with a run's weights, for batches of any texts
    export_reference_onnx.py --out FILE --settings JSON --length N      with random weights, for one text of N tokens

For batches the inputs are tokens (B, T) and lengths (B), descending, the output logits (B); for one text the input is
tokens (1, N), the output logits (1).
"""

from __future__ import annotations

import argparse
import json
import logging
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import reference_package  # noqa: F401  (for mnemo_reference)
from mnemo_reference.encoder import Encoded, joined_directions
from mnemo_reference.runs import load_run
from mnemo_reference.text_classifier import TextClassifier

OPSET = 17


class PackedEncoder(nn.Module):
    """The encoder's layers over packed sequences: ONNX's LSTM takes lengths, and so reads no padding. The exporter
    knows torch.nn.LSTM, and sequences that are sorted."""

    def __init__(self, encoder: nn.RNNBase) -> None:
        super().__init__()
        if encoder.mode != "LSTM" or encoder.inner_norm != "none":
            raise ValueError("only an LSTM without norms between its layers is exported here")
        self.directions = encoder.directions
        self.lstm = nn.LSTM(encoder.input_size, encoder.hidden_size, encoder.num_layers, batch_first=True,
                            bidirectional=encoder.bidirectional)  # fmt: skip
        self.lstm.load_state_dict(encoder.state_dict())

    def forward(self, steps: Tensor, lengths: Tensor | None = None) -> Encoded:
        if lengths is None:
            values, (hidden, _) = self.lstm(steps)
        else:
            output, (hidden, _) = self.lstm(pack_padded_sequence(steps, lengths, batch_first=True))
            values, _ = pad_packed_sequence(output, batch_first=True)
        return Encoded(values, joined_directions(hidden, self.directions))


class Logits(nn.Module):
    def __init__(self, model: TextClassifier) -> None:
        super().__init__()
        model.encoder = PackedEncoder(model.encoder)
        self.model = model

    def forward(self, tokens: Tensor, lengths: Tensor | None = None) -> Tensor:
        return self.model(tokens, lengths).squeeze(1)


def export(model: TextClassifier, path: Path, inputs: dict[str, Tensor], free_axes: dict[str, dict[int, str]]) -> None:
    torch.onnx.export(
        Logits(model).eval(), tuple(inputs.values()), str(path), dynamo=False, opset_version=OPSET,
        input_names=list(inputs), output_names=["logits"], dynamic_axes=free_axes,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a text classifier of mnemo's as an ONNX file.")
    parser.add_argument("--out", type=Path, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", type=Path, help="run folder of mnemo")
    source.add_argument("--settings", type=json.loads, help="of a model with random weights, as meta.json has them")
    parser.add_argument("--length", type=int, help="tokens of the one text")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    if arguments.run is None:
        model, settings = TextClassifier.from_settings(arguments.settings), arguments.settings
        tokens = torch.randint(1, settings["model"]["vocab_size"], (1, arguments.length))
        export(model, arguments.out, {"tokens": tokens}, {})
        return
    model, settings = load_run(arguments.run)
    tokens = torch.randint(1, settings["model"]["vocab_size"], (3, 20))
    export(model, arguments.out, {"tokens": tokens, "lengths": torch.tensor([20, 15, 4])},
           {"tokens": {0: "batch", 1: "steps"}, "lengths": {0: "batch"}, "logits": {0: "batch"}})  # fmt: skip


if __name__ == "__main__":
    main()
