#!/usr/bin/env bash
# SentencePiece trains another unigram model with another number of threads, and with the same lines in another order.
#
# One would have guessed: threads share the work, and the model is that of one thread; the corpus is a set of sentences,
# so their order does not matter while all of them are read.
# Sums of floats are formed by thread and in order, so scores differ in their last bits, pieces of like scores change
# places, and so ids. BPE counts with integers and does not differ.
# For users: embeddings and exports belong to the ids of one tokenizer file. A tokenizer "trained again the same way" on
# a machine with other cores must not stand in for it. num_threads is 16 unless it is set: set it, and ship the file.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'sentencepiece==0.2.3' 'numpy==2.4.6'
"$work/venv/bin/python" - <<'PY'
import io
import sys

import numpy
import sentencepiece

generator = numpy.random.default_rng(0)
letters = list("abcdefghijklmno")
words = ["".join(generator.choice(letters, generator.integers(2, 9))) for _ in range(600)]
shares = 1 / numpy.arange(1, 601)
lines = [" ".join(generator.choice(words, generator.integers(4, 20), p=shares / shares.sum())) for _ in range(1500)]


def pieces(texts: list[str], kind: str, threads: int) -> list[str]:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=model, model_type=kind, vocab_size=500, num_threads=threads,
        minloglevel=2,
    )  # fmt: skip
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [processor.id_to_piece(number) for number in range(processor.get_piece_size())]


print(f"sentencepiece {sentencepiece.__version__}")
seen = []
for kind in ("unigram", "bpe"):
    first = pieces(lines, kind, 1)
    others = {"again": (lines, 1), "16 threads": (lines, 16), "lines in reverse": (lines[::-1], 1)}
    for name, (texts, threads) in others.items():
        other = pieces(texts, kind, threads)
        moved = sum(one != two for one, two in zip(first, other))
        seen.append(moved > 0)
        print(f"{kind:8s} {name:18s} pieces under another id: {moved} of {len(first)}")
sys.exit(None if seen == [False, True, True, False, False, False] else "the behaviour has changed")
PY
