"""What a good Python user writes in place of `mnemo predict`: CSV in, a line `label<TAB>probability` a text out.

    predict_reference.py RUN --input FILE.csv --out FILE [--onnx FILE] [--precision bf16] [--batch-size N]

RUN is a folder with meta.json, tokenizer.model and weights.safetensors, of mnemo or of the reference program
scripts/reference/text_classifier.py. All texts are sorted by length and computed in batches, by PyTorch in --precision,
or by ONNX Runtime in fp32 from the file --onnx.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sentencepiece import SentencePieceProcessor

import reference_package  # noqa: F401  (for mnemo_reference)
from contenders import THREADS
from mnemo_reference.batches import sorted_batches
from mnemo_reference.texts import LengthLimit, encode, read_csv, without_html

# tokens (B, T), lengths (B) descending -> probability of the second label (B)
Score = Callable[[np.ndarray, np.ndarray], np.ndarray]


def pytorch_score(run: Path, precision: str) -> Score:
    import torch

    from mnemo_reference.runs import load_run

    torch.set_num_threads(THREADS)
    classifier, _ = load_run(run)

    def score(tokens: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            logits = classifier(torch.from_numpy(tokens), torch.from_numpy(lengths))
            return logits.squeeze(1).float().sigmoid().numpy()

    return score


def onnx_score(path: Path) -> Score:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def score(tokens: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        (logits,) = session.run(["logits"], {"tokens": tokens, "lengths": lengths})
        return 1 / (1 + np.exp(-logits.astype(np.float64)))

    return score


def classify(texts: list[list[int]], score: Score, batch_size: int) -> np.ndarray:
    lengths = np.array([len(ids) for ids in texts], dtype=np.int64)
    probabilities = np.empty(len(texts))
    for rows in sorted_batches(lengths.tolist(), batch_size):
        tokens = np.zeros((len(rows), lengths[rows[0]]), dtype=np.int64)  # (B, T)
        for place, row in enumerate(rows):
            tokens[place, : lengths[row]] = texts[row]
        probabilities[rows] = score(tokens, lengths[rows])
    return probabilities


def main() -> None:
    parser = argparse.ArgumentParser(description="Classifies the texts of a CSV file.")
    parser.add_argument("run", type=Path)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--onnx", type=Path)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32", help="of PyTorch (%(default)s)")
    parser.add_argument("--batch-size", type=int, default=128, help="texts computed at once (%(default)s)")
    arguments = parser.parse_args()

    settings = json.loads((arguments.run / "meta.json").read_text())["settings"]
    tokenizer = SentencePieceProcessor(model_file=str(arguments.run / "tokenizer.model"))
    texts, _ = read_csv(arguments.input)
    if settings.get("html_removed_before"):  # mnemo's tokenizers do it themselves
        texts = without_html(texts)
    limit = LengthLimit(settings["max_length"], settings["truncate"])
    encoded = encode(tokenizer, texts, limit, THREADS)
    score = onnx_score(arguments.onnx) if arguments.onnx else pytorch_score(arguments.run, arguments.precision)
    first, second = settings["labels"]
    with arguments.out.open("w", encoding="utf-8") as out:
        for probability in classify(encoded, score, arguments.batch_size):
            label, best = (second, probability) if probability > 0.5 else (first, 1 - probability)
            out.write(f"{label}\t{best:.6f}\n")


if __name__ == "__main__":
    main()
