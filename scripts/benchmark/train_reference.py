"""What a good PyTorch user writes in place of `mnemo train text`: the same model by the same recipe, in PyTorch's
best arrangement on a CPU (batches of like lengths, bf16 autocast, fused Adam).

    train_reference.py --train FILE.csv --config FILE --out RUN

--config is what `mnemo train text --print-config` prints, so that the recipe is mnemo's own.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import json
import math
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentencepiece import SentencePieceProcessor
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from reference_batches import bucketed_batches, sorted_batches
from reference_model import ModelOptions, TextClassifier
from reference_texts import THREADS, LengthLimit, encode, read_csv, train_tokenizer, without_html

SEED = 1


@dataclass
class Part:
    """Encoded texts and the numbers of their labels."""

    texts: list[torch.Tensor]
    labels: torch.Tensor

    @property
    def lengths(self) -> list[int]:
        return [len(ids) for ids in self.texts]

    def batch(self, rows: list[int]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        rows = sorted(rows, key=lambda row: -len(self.texts[row]))
        texts = [self.texts[row] for row in rows]
        lengths = torch.tensor([len(ids) for ids in texts])
        return pad_sequence(texts, batch_first=True), lengths, self.labels[rows].float()


def read_config(path: Path) -> dict[str, str]:
    pairs = (line.partition(" = ") for line in path.read_text().splitlines())
    return {name: value for name, _, value in pairs}


def model_options(config: dict[str, str], vocab_size: int) -> ModelOptions:
    return ModelOptions(
        vocab_size=vocab_size,
        embedding_dim=int(config["embedding-dim"]),
        hidden_size=int(config["hidden-size"]),
        layers=int(config["layers"]),
        bidirectional=config["bidirectional"] == "true",
        pooling=tuple(config["pooling"].split(",")),
        heads=int(config["heads"]),
        word_dropout=float(config["word-dropout"]),
        embedding_dropout=float(config["embedding-dropout"]),
        dropout=float(config["dropout"]),
        batch_norm=config["batch-norm"] == "true",
    )


def split(labels: list[int], valid_share: float) -> tuple[list[int], list[int]]:
    """Rows to train on and rows to validate on, the same share of each label."""
    generator = random.Random(SEED)
    valid: list[int] = []
    for label in set(labels):
        rows = [row for row, value in enumerate(labels) if value == label]
        valid += generator.sample(rows, round(valid_share * len(rows)))
    held_out = set(valid)
    return [row for row in range(len(labels)) if row not in held_out], sorted(valid)


def epochs_of(config: dict[str, str], steps: int) -> int:
    """mnemo's resolve_epochs(): small data needs more passes."""
    return min(30, max(2, math.ceil(800 / steps))) if config["epochs"] == "auto" else int(config["epochs"])


def train(model: TextClassifier, train_part: Part, valid_part: Part, config: dict[str, str]) -> None:
    batch_size, rate = int(config["batch-size"]), float(config["learning-rate"])
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    steps = math.ceil(len(train_part.texts) / batch_size)
    epochs = epochs_of(config, steps)
    fall = (lambda done: 1 - done / (epochs * steps)) if config["schedule"] == "linear" else (lambda done: 1.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, fall)
    generator = random.Random(SEED)
    best_loss, best = math.inf, model.state_dict()
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        model.train()
        for rows in bucketed_batches(train_part.lengths, batch_size, generator):
            tokens, lengths, targets = train_part.batch(rows)
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(tokens, lengths)
            nn.functional.binary_cross_entropy_with_logits(logits.float(), targets).backward()
            nn.utils.clip_grad_norm_(model.parameters(), float(config["clip-norm"]))
            optimizer.step()
            schedule.step()
        speed = sum(train_part.lengths) / (time.perf_counter() - start)
        loss, accuracy = evaluate(model, valid_part)
        print(f"epoch {epoch}: validation loss {loss:.4f}, accuracy {accuracy:.4f}; {speed:,.0f} tokens/s", flush=True)
        if loss < best_loss:
            best_loss, best = loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(best)


def evaluate(model: TextClassifier, part: Part) -> tuple[float, float]:
    model.eval()
    loss, correct = 0.0, 0
    for rows in sorted_batches(part.lengths, 64):
        tokens, lengths, targets = part.batch(rows)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            logits = model(tokens, lengths).float()
        loss += nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="sum").item()
        correct += int((logits > 0).eq(targets > 0.5).sum())
    return loss / len(part.texts), correct / len(part.texts)


def save(run: Path, model: TextClassifier, tokenizer: bytes, labels: list[str], limit: LengthLimit) -> None:
    run.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), run / "weights.safetensors")
    (run / "tokenizer.model").write_bytes(tokenizer)
    settings = {"model": dataclasses.asdict(model.options), "labels": labels, "html_removed_before": True}
    (run / "meta.json").write_text(json.dumps({"settings": settings | dataclasses.asdict(limit)}, indent=2))


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the reference model.")
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    config = read_config(arguments.config)
    limit = LengthLimit(int(config["max-length"]), config["truncate"])

    texts, names = read_csv(arguments.train)
    texts, labels = without_html(texts), sorted(set(names))
    numbers = [labels.index(name) for name in names]
    train_rows, valid_rows = split(numbers, float(config["valid-share"]))
    tokenizer_bytes = train_tokenizer([texts[row] for row in train_rows], int(config["vocab-size"]))
    tokenizer = SentencePieceProcessor(model_proto=tokenizer_bytes)

    def part(rows: list[int]) -> Part:
        encoded = encode(tokenizer, [texts[row] for row in rows], limit)
        return Part([torch.tensor(ids) for ids in encoded], torch.tensor([numbers[row] for row in rows]))

    model = TextClassifier(model_options(config, tokenizer.vocab_size()))
    nn.init.normal_(model.embedding.weight, std=float(config["embedding-std"]))
    with torch.no_grad():
        model.embedding.weight[0].zero_()
    train(model, part(train_rows), part(valid_rows), config)
    save(arguments.out, model, tokenizer_bytes, labels, limit)


if __name__ == "__main__":
    main()
