#!/usr/bin/env bash
# Dynamic int8 quantization makes a causal LSTM look ahead, in onnxruntime and in PyTorch.
#
# One would have guessed: quantization rounds, and no more. "Dynamic" means that the input's range is taken while the
# model runs, for the matrix product at hand; a forward LSTM's answer at step t then depends on steps up to t.
# It does not: the input's product is taken for all steps and all rows of the batch at once, under one range. So one
# large value moves the answers at all steps before it, and those of the other rows of its batch.
# For users: scores read off at every step, and back-tests of a quantized forecaster over whole series, see the future.
# A text's answer depends on what it was batched with. Quantize weights alone, or run step by step and row by row.
# torch 2.15.0 does the same as 2.13.0. The part about the batch is known:
# https://github.com/microsoft/onnxruntime/issues/10111
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'torch==2.13.0' 'onnx==1.23.2' 'onnxruntime==1.32.0' 'numpy==2.4.6'
"$work/venv/bin/python" -W ignore - "$work" 2>"$work/log" <<'PY' || { cat "$work/log" >&2; exit 1; }
import sys

import numpy
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

HIDDEN, FEATURES, STEPS, CHANGED = 16, 8, 20, 10
generator = numpy.random.default_rng(0)


def onnx_answers() -> dict:
    sizes = {"W": (1, 4 * HIDDEN, FEATURES), "R": (1, 4 * HIDDEN, HIDDEN), "B": (1, 8 * HIDDEN)}
    weights = [
        numpy_helper.from_array(generator.uniform(-0.25, 0.25, shape).astype("f4"), name)
        for name, shape in sizes.items()
    ]
    node = helper.make_node("LSTM", ["X", "W", "R", "B"], ["Y"], hidden_size=HIDDEN)
    graph = helper.make_graph(
        [node], "lstm", [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, None, FEATURES])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None, 1, None, HIDDEN])], weights,
    )  # fmt: skip
    plain, quantized = sys.argv[1] + "/plain.onnx", sys.argv[1] + "/quantized.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), plain)
    quantize_dynamic(plain, quantized, weight_type=QuantType.QInt8)

    def answer(path: str):
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        return lambda steps: session.run(None, {"X": steps})[0][:, 0]

    return {"plain": answer(plain), "int8": answer(quantized)}


def torch_answers() -> dict:
    torch.manual_seed(0)
    plain = nn.Sequential(nn.LSTM(FEATURES, HIDDEN)).eval()
    quantized = torch.ao.quantization.quantize_dynamic(plain, {nn.LSTM}, dtype=torch.qint8)

    def answer(model: nn.Module):
        return lambda steps: model(torch.from_numpy(steps))[0].detach().numpy()

    return {"plain": answer(plain), "int8": answer(quantized)}


def moved(answer) -> tuple[float, float]:
    steps = generator.standard_normal((STEPS, 1, FEATURES)).astype("f4")
    other_future = steps.copy()
    other_future[CHANGED:] *= 50
    with_neighbour = numpy.concatenate([steps, 50 * steps[::-1]], axis=1)
    alone = answer(steps)
    by_future = numpy.abs(answer(other_future)[:CHANGED] - alone[:CHANGED]).max()
    return float(by_future), float(numpy.abs(answer(with_neighbour)[:, :1] - alone).max())


seen = {}
for library, answers in {
    f"onnxruntime {onnxruntime.__version__}": onnx_answers(),
    f"torch {torch.__version__}": torch_answers(),
}.items():
    for kind, answer in answers.items():
        by_future, by_neighbour = moved(answer)
        seen[library.split()[0], kind] = by_future > 0.01, by_neighbour > 0.01
        print(f"{library:20s} {kind:6s} moved by later steps {by_future:.4f}, by the other row {by_neighbour:.4f}")
libraries = ("onnxruntime", "torch")
expected = {(library, kind): (kind == "int8",) * 2 for library in libraries for kind in ("plain", "int8")}
sys.exit(None if seen == expected else "the behaviour has changed")
PY
