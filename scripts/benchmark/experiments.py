"""The works that long-lived workers race at, each in slices that are interleaved within one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contenders import ARTICLE_FORECASTER, ARTICLE_MODEL, FORECASTER, PLAIN_MODEL, THREADS, Programs
from floors import ARTICLE_FORECAST, ARTICLE_LATENCY, FORECAST, LATENCY, LAYER, LENGTHS, PLAIN_LENGTHS, STEP, THREAD_STEP
from measurements import GFLOPS, TOKENS_PER_SECOND, Results
from processes import ProcessFailed, export_onnx
from workers import Contender, Figure, Race, Team, tokens_per_second

PRECISIONS = ("bf16", "fp32")
BATCH, LENGTH = 32, 100


def usual_race(quick: bool) -> Race:
    return Race(rounds=3, slice_seconds=0.3) if quick else Race(rounds=9, slice_seconds=1.0)


def gigaflops(operations: int) -> Figure:
    def figure(seconds: list[float], tokens: list[int]) -> float:
        return operations / sorted(seconds)[len(seconds) // 2] / 1e9

    return figure


def measure_layer(programs: Programs, results: Results, quick: bool) -> None:
    size, inputs, hidden = 2048, 128, 256
    # Forward, the gradient of the input, that of the weights: each multiplies by all four gates' weights.
    layer_operations = 3 * 2 * 4 * hidden * (inputs + hidden) * BATCH * LENGTH
    layer = {"work": "lstm_layer", "batch": BATCH, "length": LENGTH, "input": inputs, "hidden": hidden, "directions": 1}
    contenders = []
    for precision in PRECISIONS:
        settings = {"precision": precision}
        contenders += [
            programs.mnemo_worker(
                f"mnemo {precision}", layer | settings, unit=GFLOPS, figure=gigaflops(layer_operations)
            ),
            programs.mnemo_worker(
                f"matrix product 2048^3 {precision}", {"work": "gemm", "n": size} | settings,
                unit=GFLOPS, figure=gigaflops(2 * size**3),
            ),
        ]  # fmt: skip
    with Team(results) as team:
        team.race(LAYER, contenders, usual_race(quick))


def step_request(**changes: Any) -> dict[str, Any]:
    return {"work": "train_step", "model": ARTICLE_MODEL, "batch": BATCH, "length": LENGTH} | changes


def measure_step(programs: Programs, results: Results, quick: bool) -> None:
    contenders = [programs.mnemo_worker(f"mnemo {p}", step_request(precision=p)) for p in PRECISIONS]
    for p in PRECISIONS:
        contenders += [
            programs.pytorch_worker(f"PyTorch {p} eager", step_request(precision=p)),
            programs.pytorch_worker(f"PyTorch {p} eager, Adam not fused", step_request(precision=p, fused=False)),
            programs.pytorch_worker(f"PyTorch {p} compiled", step_request(precision=p, compile=True)),
        ]
    contenders += keras_contenders(programs, results, step_request(precision="fp32"))
    with Team(results) as team:
        team.race(STEP, contenders, usual_race(quick))


def keras_contenders(programs: Programs, results: Results, request: dict[str, Any]) -> list[Contender]:
    if not programs.keras_python.exists():
        results.not_run["Keras on TensorFlow"] = "its environment is not there; --with-keras makes it"
        return []
    return [
        programs.keras_worker("Keras on TensorFlow fp32", request | {"jit": True}, "tensorflow"),
        programs.keras_worker("Keras on TensorFlow fp32, no XLA", request | {"jit": False}, "tensorflow"),
        programs.keras_worker("Keras on JAX fp32", request | {"jit": True}, "jax"),
    ]


def measure_forecast(programs: Programs, results: Results, quick: bool) -> None:
    works = ((FORECAST, FORECASTER, 64, 1.0), (ARTICLE_FORECAST, ARTICLE_FORECASTER, 32, 0.0))
    for work, model, batch, clip_norm in works:
        request = {"work": "train_windows", "model": model, "batch": batch, "clip_norm": clip_norm}
        contenders = []
        for p in PRECISIONS:
            contenders += [
                programs.mnemo_worker(f"mnemo {p}", request | {"precision": p}),
                programs.pytorch_worker(f"PyTorch {p} eager", request | {"precision": p}),
                programs.pytorch_worker(f"PyTorch {p} compiled", request | {"precision": p, "compile": True}),
            ]
        if work == ARTICLE_FORECAST:
            contenders += keras_contenders(programs, results, request)
        with Team(results) as team:
            team.race(work, contenders, usual_race(quick))


def measure_threads(programs: Programs, results: Results, quick: bool) -> None:
    contenders = [
        programs.mnemo_worker(f"mnemo {p}, {name}", step_request(precision=p, threads=threads))
        for p in PRECISIONS
        for threads, name in ((1, "1 thread"), (THREADS, f"{THREADS} threads"))
    ]
    with Team(results) as team:
        team.race(THREAD_STEP, contenders, usual_race(quick))


def measure_lengths(programs: Programs, results: Results, quick: bool, tokens: Path, vocab_size: int) -> None:
    """`tokens` holds one window of batches (mnemo_reference/batches.py), so that one epoch of it has the same buckets
    for everybody, whatever order they come in."""
    for work, base in ((LENGTHS, ARTICLE_MODEL), (PLAIN_LENGTHS, PLAIN_MODEL)):
        model = base | {"vocab_size": vocab_size}
        request = {"work": "train_texts", "model": model, "batch": BATCH, "tokens": str(tokens)}
        with Team(results) as team:
            team.race(work, length_contenders(programs, request, quick), Race(2 if quick else 5, 0.0))


def length_contenders(programs: Programs, request: dict[str, Any], quick: bool) -> list[Contender]:
    epoch = 50  # steps: the whole window
    rate = {"unit": TOKENS_PER_SECOND, "figure": tokens_per_second}
    contenders = [
        programs.mnemo_worker(f"mnemo {p}", request | {"precision": p}, repeat=epoch, **rate) for p in PRECISIONS
    ]

    def add(name: str, steps: int, arrangement: str, precision: str, **changes: Any) -> None:
        settings = {"arrangement": arrangement, "precision": precision} | changes
        contenders.append(programs.pytorch_worker(name, request | settings, repeat=steps, **rate))

    for p in PRECISIONS:
        add(f"PyTorch {p} bucketed", epoch, "bucketed", p)
    if not quick:
        add("PyTorch bf16 bucketed, compiled", epoch, "bucketed", "bf16", compile=True)
        for p in PRECISIONS:
            add(f"PyTorch {p} padded to the batch", 10, "padded", p)
            add(f"PyTorch {p} padded to 400", 10, "padded_to_limit", p)
        add("PyTorch bf16 packed", 1, "packed", "bf16")
    # A packed step takes seconds, so few of them must do.
    for threads, name in ((1, "1 thread"), (THREADS, f"{THREADS} threads")):
        add(f"PyTorch fp32 packed, {name}", 1, "packed", "fp32", threads=threads)
        if not quick:
            add(f"PyTorch fp32 bucketed and packed, {name}", 1, "bucketed_packed", "fp32", threads=threads)
    return contenders


def measure_latency(programs: Programs, results: Results, quick: bool) -> None:
    for work, model in ((LATENCY, PLAIN_MODEL), (ARTICLE_LATENCY, ARTICLE_MODEL)):
        onnx = programs.out / f"latency-{'-'.join(model['pooling'])}.onnx"
        request = {"work": "classify_text", "model": model, "length": LENGTH, "threads": 1}
        contenders = [programs.mnemo_worker(f"mnemo {p}", request | {"precision": p}) for p in PRECISIONS]
        contenders += [programs.pytorch_worker(f"PyTorch {p}", request | {"precision": p}) for p in PRECISIONS]
        try:
            export_onnx(onnx, "--model", json.dumps(model), "--length", str(LENGTH))
            contenders.append(programs.onnx_worker("ONNX Runtime fp32", request | {"onnx": str(onnx)}))
        except ProcessFailed as error:
            results.not_run["ONNX Runtime fp32"] = f"the model could not be exported: {error}"
        with Team(results) as team:
            team.race(work, contenders, usual_race(quick))
