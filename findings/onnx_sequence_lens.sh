#!/usr/bin/env bash
# OpenVINO and ONNX's own ReferenceEvaluator pass over the input sequence_lens of LSTM, GRU and RNN.
#
# One would have guessed: `sequence_lens`, part of these operators since ONNX's opset 7, is honoured by every runtime
# that loads the model, or the model is refused. onnxruntime honours it.
# For users: in a padded batch the final state of a short sequence is that of the padding's end, and the backward
# direction begins in the padding. No error, no warning, and a test with sequences of one length passes. Run such
# models on onnxruntime, or feed batches of equal lengths; do not take the ReferenceEvaluator for the judge.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'onnx==1.23.2' 'onnxruntime==1.32.0' 'openvino==2026.4.1' 'numpy==2.4.6'
"$work/venv/bin/python" - "$work" <<'PY'
import sys

import numpy
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

HIDDEN, FEATURES, STEPS = 8, 3, 12
generator = numpy.random.default_rng(0)


def recurrence(operator: str, gates: int) -> onnx.ModelProto:
    sizes = {"W": (2, gates * HIDDEN, FEATURES), "R": (2, gates * HIDDEN, HIDDEN), "B": (2, 2 * gates * HIDDEN)}
    weights = [
        numpy_helper.from_array(generator.standard_normal(shape).astype("f4"), name) for name, shape in sizes.items()
    ]
    node = helper.make_node(
        operator, ["X", "W", "R", "B", "lengths"], ["", "state"], hidden_size=HIDDEN, direction="bidirectional"
    )
    inputs = [
        helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, None, FEATURES]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, [None]),
    ]
    outputs = [helper.make_tensor_value_info("state", TensorProto.FLOAT, [2, None, HIDDEN])]
    graph = helper.make_graph([node], "recurrence", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def runtimes(model: onnx.ModelProto) -> dict:
    path = sys.argv[1] + "/recurrence.onnx"
    onnx.save(model, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    compiled = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    reference = ReferenceEvaluator(model)
    return {
        "onnxruntime": lambda feeds: session.run(None, feeds)[0],
        "openvino": lambda feeds: compiled(feeds)[0],
        "onnx.reference": lambda feeds: reference.run(None, feeds)[0],
    }


print(f"onnxruntime {onnxruntime.__version__}, openvino {openvino.__version__}, onnx {onnx.__version__}")
steps = generator.standard_normal((STEPS, 2, FEATURES)).astype("f4")
seen = {}
for operator, gates in {"LSTM": 4, "GRU": 3, "RNN": 1}.items():
    for name, run in runtimes(recurrence(operator, gates)).items():
        full = run({"X": steps, "lengths": numpy.array([STEPS, STEPS], "i4")})[:, 1]
        short = run({"X": steps, "lengths": numpy.array([STEPS, 5], "i4")})[:, 1]
        by_itself = run({"X": steps[:5, 1:].copy(), "lengths": numpy.array([5], "i4")})[:, 0]
        honoured = numpy.allclose(short, by_itself, atol=1e-4)
        seen[operator, name] = "honoured" if honoured else "passed over" if (short == full).all() else "neither"
        print(f"{operator:5s}{name:16s}sequence_lens {seen[operator, name]}; state of the short sequence off by "
              f"{numpy.abs(short - by_itself).max():.3f}")  # fmt: skip
verdicts = {"onnxruntime": "honoured", "openvino": "passed over", "onnx.reference": "passed over"}
expected = {(operator, name): verdict for operator in ("LSTM", "GRU", "RNN") for name, verdict in verdicts.items()}
sys.exit(None if seen == expected else "the behaviour has changed")
PY
