"""Exports a run folder to ONNX, with free batch and length, for ONNX Runtime and its likes.

    export_onnx.py RUN [--out MODEL.onnx]

Beside the file MODEL.json holds the labels and settings, and MODEL.tokenizer.model the tokenizer of a text model.
With onnxruntime installed the file is compared with the model before it is kept. Needs the Python package onnx.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mnemo_reference.deployed import beside, load_deployment, write_companions
from mnemo_reference.onnx_export import export_onnx


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Exports a run folder of mnemo to ONNX.")
    parser.add_argument("run", type=Path, help="the run folder that `mnemo train` wrote")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write (RUN.onnx)")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    out = arguments.out or beside(arguments.run, ".onnx")
    if out.suffix != ".onnx" or not out.absolute().parent.is_dir():
        sys.exit(f"export_onnx.py: --out {out}: expected a name that ends in .onnx, in a folder that is there")
    deployment = load_deployment(arguments.run)
    difference = export_onnx(deployment, out)
    told = "not compared with the model: onnxruntime is not installed"
    print(f"{out}: {told if difference is None else f'largest difference to the model {difference:.1e}'}")
    for companion in write_companions(deployment, out):
        print(companion)


if __name__ == "__main__":
    try:
        main()
    except ImportError as error:
        print(f"export_onnx.py: {error}", file=sys.stderr)
        sys.exit(2)
    except (OSError, ValueError) as error:
        sys.exit(f"export_onnx.py: {error}")
