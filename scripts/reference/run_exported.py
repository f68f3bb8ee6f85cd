"""Classifies texts with an exported model (`mnemo export`), with PyTorch and SentencePiece alone.

    run_exported.py MODEL.pt [--input FILE] [--top K]

One text a line in, one line `label<TAB>probability` a text out, in order. The model file holds all that is
needed: TorchScript, the tokenizer and the settings. This program shows how to use it without mnemo, and is
checked against `mnemo predict`.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch
from sentencepiece import SentencePieceProcessor

BATCH_SIZE = 32


@dataclass
class ExportedModel:
    network: torch.jit.ScriptModule
    tokenizer: SentencePieceProcessor
    labels: list[str]
    answer: str  # classes, labels (any number of them), or numbers
    thresholds: list[float]  # of labels
    max_length: int
    truncate: str
    pad_id: int


def load(path: Path) -> ExportedModel:
    files = {"mnemo.json": "", "tokenizer.model": ""}
    with warnings.catch_warnings():
        # PyTorch calls TorchScript deprecated: by a DeprecationWarning, from 2.14 on by a FutureWarning.
        warnings.filterwarnings("ignore", r"`torch\.jit\.load` is deprecated")
        network = torch.jit.load(str(path), map_location="cpu", _extra_files=files)
    if not files["mnemo.json"] or not files["tokenizer.model"]:
        raise ValueError(f"{path}: not a text classifier that `mnemo export` wrote")
    settings = json.loads(files["mnemo.json"])
    return ExportedModel(
        network=network.eval(),
        tokenizer=SentencePieceProcessor(model_proto=files["tokenizer.model"]),
        labels=settings["labels"],
        answer=settings["model"].get("answer", "classes"),
        thresholds=settings.get("thresholds") or [0.5] * len(settings["labels"]),
        max_length=settings["max_length"],
        truncate=settings["truncate"],
        pad_id=settings["pad_id"],
    )


def truncated(ids: list[int], max_length: int, truncate: str) -> list[int]:
    """The part of a long text that the model reads: its head, its tail, or half of each."""
    if len(ids) <= max_length:
        return ids
    if truncate == "head":
        return ids[:max_length]
    if truncate == "tail":
        return ids[-max_length:]
    if truncate == "both":
        tail = max_length // 2
        return ids[: max_length - tail] + ids[len(ids) - tail :]
    raise ValueError(f"truncate is '{truncate}' in this model; expected head, tail or both")


def encode(model: ExportedModel, text: bytes) -> list[int]:
    ids = model.tokenizer.encode(text, out_type=int)
    # An empty text becomes one unknown piece: a sequence has at least one step.
    return truncated(ids or [model.tokenizer.unk_id()], model.max_length, model.truncate)


def classify(model: ExportedModel, texts: list[bytes]) -> torch.Tensor:
    """The probability of each label for each text: (B, C); or numbers (B, 1)."""
    sequences = [torch.tensor(encode(model, text), dtype=torch.int64) for text in texts]
    tokens = torch.nn.utils.rnn.pad_sequence(  # (B, T)
        sequences, batch_first=True, padding_value=model.pad_id
    )
    lengths = torch.tensor([len(sequence) for sequence in sequences], dtype=torch.int64)  # (B)
    with torch.inference_mode():
        return model.network(tokens, lengths)


def batches(lines: BinaryIO) -> Iterator[list[bytes]]:
    # Bytes, because only a line feed ends a text here; Python's text mode would split at a carriage return, too.
    batch: list[bytes] = []
    for line in lines:
        batch.append(line.removesuffix(b"\n").removesuffix(b"\r"))
        if len(batch) == BATCH_SIZE:
            yield batch
            batch = []
    if batch:
        yield batch


def print_answers(model: ExportedModel, answers: torch.Tensor, top: int | None) -> None:
    if model.answer == "numbers":
        for row in answers.tolist():
            print("\t".join(f"{number:.6g}" for number in row))
        return
    values, indices = answers.sort(dim=1, descending=True, stable=True)
    for row, order in zip(values.tolist(), indices.tolist()):
        best = list(zip(order, row))
        if model.answer == "labels" and top is None:
            best = [(i, p) for i, p in best if p >= model.thresholds[i]]
        else:
            best = best[: top or 1]
        print("\t".join(f"{model.labels[i]}\t{p:.6f}" for i, p in best))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Classifies texts with a model that mnemo exported.")
    parser.add_argument("model", type=Path, help="the file that `mnemo export` wrote")
    parser.add_argument("--input", default="-", metavar="FILE", help="texts, one a line; - is standard input (default)")
    parser.add_argument("--top", type=int, metavar="K", help="print the K best labels of each text (the best; of models "
                        "that give several those above their thresholds)")  # fmt: skip
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    model = load(arguments.model)
    sys.stdout.reconfigure(encoding="utf-8")  # labels are UTF-8, whatever the locale
    with sys.stdin.buffer if arguments.input == "-" else open(arguments.input, "rb") as lines:
        for batch in batches(lines):
            print_answers(model, classify(model, batch), arguments.top)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, RuntimeError) as error:
        sys.exit(f"run_exported.py: {error}")
