"""Writes the reference model as an ONNX file.

    export_reference_onnx.py --out FILE --run RUN                    with a run's weights, for batches of any texts
    export_reference_onnx.py --out FILE --model JSON --length N      with random weights, for one text of N tokens
"""

from __future__ import annotations

import argparse
import json
import logging
import warnings
from pathlib import Path

from reference_model import ModelOptions, TextClassifier, export_onnx, export_onnx_for_one_text, load_weights


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the reference model as an ONNX file.")
    parser.add_argument("--out", type=Path, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", type=Path, help="run folder of mnemo")
    source.add_argument("--model", type=json.loads, help="options of a model with random weights, as JSON")
    parser.add_argument("--length", type=int, help="tokens of the one text")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    if arguments.run is None:
        export_onnx_for_one_text(TextClassifier(ModelOptions.of(arguments.model)), arguments.out, arguments.length)
        return
    settings = json.loads((arguments.run / "meta.json").read_text())["settings"]
    model = TextClassifier(ModelOptions.of(settings["model"]), encoding="packed")  # ONNX's LSTM takes lengths
    load_weights(model, arguments.run / "weights.safetensors")
    export_onnx(model, arguments.out)


if __name__ == "__main__":
    main()
