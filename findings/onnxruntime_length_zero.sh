#!/usr/bin/env bash
# onnxruntime answers a sequence of length 0 with a state of zeros, not with the initial state that it was given.
#
# One would have guessed: no step changes nothing, so the final state is initial_h and initial_c (torch refuses a length
# of 0, so nobody is used to an answer).
# For users: a server that carries states between chunks, and runs a batch in which some streams have nothing new,
# forgets those streams. Keep the old state where the length is 0.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'onnx==1.23.2' 'onnxruntime==1.32.0' 'numpy==2.4.6'
"$work/venv/bin/python" - <<'PY'
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HIDDEN, FEATURES, STEPS = 2, 3, 4
generator = numpy.random.default_rng(0)


def final_states(operator: str, gates: int) -> list:
    sizes = {"W": (1, gates * HIDDEN, FEATURES), "R": (1, gates * HIDDEN, HIDDEN)}
    weights = [
        numpy_helper.from_array(generator.standard_normal(shape).astype("f4"), name) for name, shape in sizes.items()
    ]
    states = ["h", "c"] if operator == "LSTM" else ["h"]
    node = helper.make_node(
        operator, ["X", "W", "R", "", "lengths", *states], ["", *(f"final_{name}" for name in states)],
        hidden_size=HIDDEN,
    )  # fmt: skip
    shape = [1, None, HIDDEN]
    inputs = [
        helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, None, FEATURES]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, [None]),
        *(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in states),
    ]
    outputs = [helper.make_tensor_value_info(f"final_{name}", TensorProto.FLOAT, shape) for name in states]
    graph = helper.make_graph([node], "stream", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    steps = generator.standard_normal((STEPS, 2, FEATURES)).astype("f4")
    feeds = {"X": steps, "lengths": numpy.array([STEPS, 0], "i4")}
    feeds |= {name: numpy.full((1, 2, HIDDEN), 0.5, "f4") for name in states}
    return [final[0, 1].tolist() for final in session.run(None, feeds)]


print(f"onnxruntime {onnxruntime.__version__}; two streams with an initial state of 0.5, the second of length 0")
seen = {operator: final_states(operator, gates) for operator, gates in {"LSTM": 4, "GRU": 3, "RNN": 1}.items()}
for operator, states in seen.items():
    print(f"{operator:5s}final states of the second stream {states}")
zeros = [0.0] * HIDDEN
sys.exit(None if seen == {"LSTM": [zeros, zeros], "GRU": [zeros], "RNN": [zeros]} else "the behaviour has changed")
PY
