"""Exports a run folder to ONNX, with free batch and length, for ONNX Runtime and its likes.

    export_onnx.py RUN [--out MODEL.onnx]

Beside the file MODEL.json holds the labels and settings, and MODEL.tokenizer.model the tokenizer of a text model.
With onnxruntime installed the file is compared with the model before it is kept. Needs the Python package onnx.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

import torch
from torch import Tensor

from mnemo_reference.deployed import Deployment, beside, largest_difference, load_deployment, write_companions

OPSET = 17


# The exporter takes the example's sizes for constants where it looks inside unflatten and repeat_interleave; of a plain
# reshape and expand it keeps what is computed from the input's shape. (Under a TorchFunctionMode all sizes would be
# constants.)
def unflatten(values: Tensor, axis: int, sizes: tuple[int, ...]) -> Tensor:
    axis %= values.dim()
    return values.reshape(*values.shape[:axis], *sizes, *values.shape[axis + 1 :])


def repeat_interleave(values: Tensor, times: int, axis: int) -> Tensor:
    before, size, after = values.shape[:axis], values.shape[axis], values.shape[axis + 1 :]
    repeated = values.unsqueeze(axis + 1).expand(*before, size, times, *after)
    return repeated.reshape(*before, size * times, *after)


PLAIN_SHAPES = {"unflatten": unflatten, "repeat_interleave": repeat_interleave}


def write_onnx(deployment: Deployment, out: Path) -> None:
    output_axes = {deployment.output_name: {0: "batch"}}
    with warnings.catch_warnings(), torch.no_grad(), mock.patch.multiple(Tensor, **PLAIN_SHAPES):
        # That a batch size other than the example's needs an initial state as input: ours is computed from the input.
        # And that this exporter is the old one: the new one needs a further package, onnxscript.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            deployment.module, deployment.example(3, 7), str(out), dynamo=False, opset_version=OPSET,
            input_names=deployment.input_names, output_names=[deployment.output_name],
            dynamic_axes=deployment.free_axes | output_axes,
        )  # fmt: skip


def runtime_answer(deployment: Deployment, out: Path) -> Callable[..., Tensor]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])

    def answer(*inputs: Tensor) -> Tensor:
        feeds = {name: value.numpy() for name, value in zip(deployment.input_names, inputs)}
        return torch.from_numpy(session.run(None, feeds)[0])

    return answer


def checked(deployment: Deployment, out: Path) -> str:
    if find_spec("onnxruntime") is None:
        return "not compared with the model: onnxruntime is not installed"
    try:
        return f"largest difference to the model {largest_difference(deployment, runtime_answer(deployment, out)):.1e}"
    except BaseException:
        out.unlink()
        raise


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Exports a run folder of mnemo to ONNX.")
    parser.add_argument("run", type=Path, help="the run folder that `mnemo train` wrote")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write (RUN.onnx)")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    if find_spec("onnx") is None:
        print("export_onnx.py: the Python package onnx is not installed (pip install onnx)", file=sys.stderr)
        sys.exit(2)
    out = arguments.out or beside(arguments.run, ".onnx")
    if out.suffix != ".onnx" or not out.absolute().parent.is_dir():
        sys.exit(f"export_onnx.py: --out {out}: expected a name that ends in .onnx, in a folder that is there")
    deployment = load_deployment(arguments.run)
    if deployment.settings["model"].get("ngrams"):
        sys.exit(f"export_onnx.py: {arguments.run}: the model looks n-grams up in a sorted table, for which ONNX has "
                 "no operator; export_pt2.py and `mnemo export` can, or train with --ngrams 0")  # fmt: skip
    write_onnx(deployment, out)
    print(f"{out}: {checked(deployment, out)}")
    for companion in write_companions(deployment, out):
        print(companion)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"export_onnx.py: {error}")
