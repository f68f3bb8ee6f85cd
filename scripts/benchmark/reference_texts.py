"""Texts for the reference programs: from a CSV file to token ids, with SentencePiece."""

from __future__ import annotations

import csv
import io
import random
import re
from dataclasses import dataclass
from pathlib import Path

from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

THREADS = 2
MAX_CHUNK_CHARACTERS = 4000  # SentencePiece skips sentences of more than 4192 bytes
TRAINING_BYTES = 12_000_000
LINE_BREAK = re.compile(r"<br\s*/?>")


@dataclass(frozen=True)
class LengthLimit:
    max_length: int
    truncate: str  # head or both, as mnemo has them


def read_csv(path: Path) -> tuple[list[str], list[str]]:
    """The columns `text` and `label`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def without_html(texts: list[str]) -> list[str]:
    return [LINE_BREAK.sub(" ", text) for text in texts]


def train_tokenizer(texts: list[str], vocab_size: int) -> bytes:
    chunks: list[str] = []
    size = 0
    for text in random.Random(1).sample(texts, len(texts)):
        chunks += (text[i : i + MAX_CHUNK_CHARACTERS] for i in range(0, len(text), MAX_CHUNK_CHARACTERS))
        size += len(text.encode())
        if size > TRAINING_BYTES:
            break
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(chunks), model_writer=model, model_type="unigram", vocab_size=vocab_size,
        byte_fallback=True, character_coverage=0.9995, normalization_rule_name="nmt_nfkc_cf",
        hard_vocab_limit=False, self_test_sample_size=0, num_threads=THREADS, minloglevel=2,
        pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
    )  # fmt: skip
    return model.getvalue()


def encode(tokenizer: SentencePieceProcessor, texts: list[str], limit: LengthLimit) -> list[list[int]]:
    unknown = [tokenizer.unk_id()]  # a sequence has at least one step
    return [truncated(ids or unknown, limit) for ids in tokenizer.encode(texts, out_type=int, num_threads=THREADS)]


def truncated(ids: list[int], limit: LengthLimit) -> list[int]:
    if len(ids) <= limit.max_length:
        return ids
    if limit.truncate == "head":
        return ids[: limit.max_length]
    if limit.truncate == "both":
        tail = limit.max_length // 2
        return ids[: limit.max_length - tail] + ids[len(ids) - tail :]
    raise ValueError(f"truncate is '{limit.truncate}'; expected head or both")
