"""ONNX Runtime's worker in the benchmark: fp32 inference of a reference model that was exported before."""

from __future__ import annotations

import numpy as np
import onnxruntime

from worker_protocol import Request, Step, serve


def classify_text(request: Request) -> Step:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = request["threads"]
    options.add_session_config_entry("session.force_spinning_stop", "1")  # no spinning between calls
    session = onnxruntime.InferenceSession(request["onnx"], options, providers=["CPUExecutionProvider"])
    length = request["length"]
    generator = np.random.default_rng(1)
    vocab_size = request["settings"]["model"]["vocab_size"]
    inputs = {"tokens": generator.integers(1, vocab_size, (1, length), dtype=np.int64)}

    def step() -> int:
        session.run(None, inputs)
        return length

    return step


def make_step(request: Request) -> Step:
    return {"classify_text": classify_text}[request["work"]](request)


if __name__ == "__main__":
    serve(make_step)
