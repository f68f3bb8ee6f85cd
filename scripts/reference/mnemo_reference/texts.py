"""Texts for the reference programs: from a CSV file to token ids, with SentencePiece."""

from __future__ import annotations

import csv
import io
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

MAX_CHUNK_CHARACTERS = 4000  # SentencePiece skips sentences of more than 4192 bytes
TRAINING_BYTES = 12_000_000
LINE_BREAK = re.compile(r"<br\s*/?>")


@dataclass(frozen=True)
class LengthLimit:
    max_length: int
    truncate: str  # head, tail or both


def read_csv(path: Path, text_column: str = "text", label_column: str = "label") -> tuple[list[str], list[str]]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row[text_column] for row in rows], [row[label_column] for row in rows]


def label_names(labels: list[str]) -> list[str]:
    """Each label once, in mnemo's order: whole numbers by their value, others by their letters."""
    names = sorted(set(labels))
    is_number = all(re.fullmatch(r"-?[0-9]+", name) for name in names)
    return sorted(names, key=lambda name: (int(name), name)) if is_number else names


def without_html(texts: list[str]) -> list[str]:
    """For tokenizers made here: those of mnemo do it themselves."""
    return [LINE_BREAK.sub(" ", text) for text in texts]


def train_tokenizer(texts: list[str], vocab_size: int, threads: int, lowercase: bool = True) -> bytes:
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
        byte_fallback=True, character_coverage=0.9995,
        normalization_rule_name="nmt_nfkc_cf" if lowercase else "nmt_nfkc",
        hard_vocab_limit=False, self_test_sample_size=0, num_threads=threads, minloglevel=2,
        pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
    )  # fmt: skip
    return model.getvalue()


def encode(tokenizer: SentencePieceProcessor, texts: list[str], limit: LengthLimit, threads: int) -> list[list[int]]:
    unknown = [tokenizer.unk_id()]  # a sequence has at least one step
    return [truncated(ids or unknown, limit) for ids in tokenizer.encode(texts, out_type=int, num_threads=threads)]


def truncated(ids: list[int], limit: LengthLimit) -> list[int]:
    """The part of a long text that the model reads: its head, its tail, or half of each."""
    length = limit.max_length
    if len(ids) <= length:
        return ids
    if limit.truncate == "head":
        return ids[:length]
    if limit.truncate == "tail":
        return ids[-length:]
    if limit.truncate == "both":
        tail = length // 2
        return ids[: length - tail] + ids[len(ids) - tail :]
    raise ValueError(f"truncate is '{limit.truncate}'; expected head, tail or both")
