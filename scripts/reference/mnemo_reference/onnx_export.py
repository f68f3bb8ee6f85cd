"""A run folder as a file of ONNX, with free batch and length, for ONNX Runtime and its likes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

import torch
from torch import Tensor

from .deployed import Deployment, largest_difference

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


def require_exportable(deployment: Deployment) -> None:
    """Raises ImportError where the package onnx is missing, ValueError for a model that ONNX cannot hold."""
    if find_spec("onnx") is None:
        raise ImportError("the Python package onnx is not installed (pip install onnx)")
    if deployment.settings["model"].get("ngrams"):
        raise ValueError(f"{deployment.run}: the model looks n-grams up in a sorted table, for which ONNX has no "
                         "operator; a .pt2 and `mnemo export` can, or train with --ngrams 0")  # fmt: skip


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


def export_onnx(deployment: Deployment, out: Path) -> float | None:
    """Writes the file, and returns how far its answers are from the model's; None: onnxruntime is not there to tell."""
    require_exportable(deployment)
    write_onnx(deployment, out)
    if find_spec("onnxruntime") is None:
        return None
    try:
        return largest_difference(deployment, runtime_answer(deployment, out))
    except BaseException:
        out.unlink()
        raise
