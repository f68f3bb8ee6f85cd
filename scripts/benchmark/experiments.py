"""The works that long-lived workers race at, each in slices that are interleaved within one run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from contenders import THREADS, Programs
from floors import (
    ARTICLE_FORECAST, ARTICLE_LATENCY, FORECAST, LATENCY, LAYER, LENGTHS, PLAIN_LENGTHS, STEP, THREAD_STEP,
)  # fmt: skip
from measurements import GFLOPS, MILLISECONDS, TOKENS_PER_SECOND, Results
from processes import ProcessFailed, export_onnx
from scale import Scale, Settings
from workers import Contender, Figure, Race, Team, tokens_per_second


def gigaflops(operations: int) -> Figure:
    def figure(seconds: list[float], tokens: list[int]) -> float:
        return operations / sorted(seconds)[len(seconds) // 2] / 1e9

    return figure


def measure_layer(programs: Programs, results: Results, scale: Scale) -> None:
    inputs, hidden = scale.article["embedding_dim"], scale.article["hidden_size"]
    # Forward, the gradient of the input, that of the weights: each multiplies by all four gates' weights.
    layer_operations = 3 * 2 * 4 * hidden * (inputs + hidden) * scale.batch * scale.length
    layer = {"work": "lstm_layer", "batch": scale.batch, "length": scale.length, "input": inputs, "hidden": hidden,
             "directions": 1}  # fmt: skip
    contenders = []
    for precision in programs.precisions:
        settings = {"precision": precision}
        contenders += [
            programs.mnemo_worker(
                f"mnemo {precision}", layer | settings, unit=GFLOPS, figure=gigaflops(layer_operations)
            ),
            programs.mnemo_worker(
                f"matrix product {precision}", {"work": "gemm", "n": scale.matrix} | settings,
                unit=GFLOPS, figure=gigaflops(2 * scale.matrix**3),
            ),
        ]  # fmt: skip
    with Team(results) as team:
        team.race(LAYER, contenders, scale.race)


def step_request(scale: Scale, **changes: Any) -> dict[str, Any]:
    return {"work": "train_step", "settings": scale.text_settings(scale.article), "batch": scale.batch,
            "length": scale.length} | changes  # fmt: skip


def measure_step(programs: Programs, results: Results, scale: Scale) -> None:
    contenders = [programs.mnemo_worker(f"mnemo {p}", step_request(scale, precision=p)) for p in programs.precisions]
    for p in programs.precisions:
        request = step_request(scale, precision=p)
        contenders += [
            programs.pytorch_worker(f"PyTorch {p} eager", request),
            programs.pytorch_worker(f"PyTorch {p} eager, Adam not fused", request | {"fused": False}),
            *compiled_contender(programs, scale, request),
        ]
    contenders += keras_contenders(programs, results, step_request(scale, precision="fp32"))
    with Team(results) as team:
        team.race(STEP, contenders, scale.race)


def compiled_contender(programs: Programs, scale: Scale, request: dict[str, Any]) -> list[Contender]:
    precision = request["precision"]
    if precision != programs.precision and not scale.repeats_itself:
        return []
    return [programs.pytorch_worker(f"PyTorch {precision} compiled", request | {"compile": True})]


def keras_contenders(programs: Programs, results: Results, request: dict[str, Any]) -> list[Contender]:
    if not programs.may_use_keras:
        results.left_out["Keras"] = "it cannot be held to a class of processors"
    elif not programs.keras_python.exists():
        results.left_out["Keras"] = "its environment is not there; --with-keras makes it"
    if "Keras" in results.left_out:
        return []
    return [
        programs.keras_worker("Keras on TensorFlow fp32", request | {"jit": True}, "tensorflow"),
        programs.keras_worker("Keras on TensorFlow fp32, no XLA", request | {"jit": False}, "tensorflow"),
        programs.keras_worker("Keras on JAX fp32", request | {"jit": True}, "jax"),
    ]


def measure_forecast(programs: Programs, results: Results, scale: Scale) -> None:
    works = (
        (FORECAST, scale.forecaster, scale.forecast_batch, 1.0),
        (ARTICLE_FORECAST, scale.article_forecaster, scale.batch, 0.0),
    )
    for work, model, batch, clip_norm in works:
        request = {"work": "train_windows", "model": model, "batch": batch, "clip_norm": clip_norm}
        contenders = []
        for p in programs.precisions:
            contenders += [
                programs.mnemo_worker(f"mnemo {p}", request | {"precision": p}),
                programs.pytorch_worker(f"PyTorch {p} eager", request | {"precision": p}),
                *compiled_contender(programs, scale, request | {"precision": p}),
            ]
        if work == ARTICLE_FORECAST:
            contenders += keras_contenders(programs, results, request)
        with Team(results) as team:
            team.race(work, contenders, scale.race)


def measure_threads(programs: Programs, results: Results, scale: Scale) -> None:
    contenders = [
        programs.mnemo_worker(f"mnemo {p}, {name}", step_request(scale, precision=p, threads=threads))
        for p in programs.precisions
        for threads, name in ((1, "1 thread"), (THREADS, f"{THREADS} threads"))
    ]
    with Team(results) as team:
        team.race(THREAD_STEP, contenders, scale.race)


def measure_lengths(programs: Programs, results: Results, scale: Scale, tokens: Path, vocab_size: int) -> None:
    """`tokens` holds one window of batches (mnemo_reference/batches.py), so that one epoch of it has the same buckets
    for everybody, whatever order they come in."""
    for work, base in ((LENGTHS, scale.article), (PLAIN_LENGTHS, scale.plain)):
        settings = scale.text_settings(base | {"vocab_size": vocab_size})
        request = {"work": "train_texts", "settings": settings, "batch": scale.batch, "tokens": str(tokens)}
        has_all = scale.has_all_arrangements and (work == LENGTHS or scale.repeats_itself)
        with Team(results) as team:
            team.race(work, length_contenders(programs, request, has_all), Race(scale.length_rounds, 0.0))


def length_contenders(programs: Programs, request: dict[str, Any], has_all: bool) -> list[Contender]:
    epoch = 50  # steps: the whole window
    rate = {"unit": TOKENS_PER_SECOND, "figure": tokens_per_second}
    contenders = [
        programs.mnemo_worker(f"mnemo {p}", request | {"precision": p}, repeat=epoch, **rate)
        for p in programs.precisions
    ]

    def add(name: str, steps: int, arrangement: str, precision: str, **changes: Any) -> None:
        settings = {"arrangement": arrangement, "precision": precision} | changes
        contenders.append(programs.pytorch_worker(f"PyTorch {name}", request | settings, repeat=steps, **rate))

    for p in programs.precisions:
        add(f"{p} bucketed", epoch, "bucketed", p)
    if has_all:
        best = programs.precision
        add(f"{best} bucketed, compiled", epoch, "bucketed", best, compile=True)
        for p in programs.precisions:
            add(f"{p} padded to the batch", 10, "padded", p)
            add(f"{p} padded to the longest", 10, "padded_to_limit", p)
        if best == "bf16":
            add("bf16 packed", 1, "packed", "bf16")
    # A packed step takes seconds, so few of them must do.
    for threads, name in ((1, "1 thread"), (THREADS, f"{THREADS} threads")):
        add(f"fp32 packed, {name}", 1, "packed", "fp32", threads=threads)
        if has_all:
            add(f"fp32 bucketed and packed, {name}", 1, "bucketed_packed", "fp32", threads=threads)
    return contenders


def measure_latency(programs: Programs, results: Results, scale: Scale) -> None:
    for work, model in ((LATENCY, scale.plain), (ARTICLE_LATENCY, scale.article)):
        settings = scale.text_settings(model)
        request = {"work": "classify_text", "settings": settings, "length": scale.length, "threads": 1}
        contenders = [programs.mnemo_worker(f"mnemo {p}", request | {"precision": p}) for p in programs.precisions]
        contenders += [programs.pytorch_worker(f"PyTorch {p}", request | {"precision": p}) for p in programs.precisions]
        contenders += onnx_contenders(programs, results, work, request)
        with Team(results) as team:
            team.race(work, contenders, scale.race)


def onnx_contenders(
    programs: Programs, results: Results, work: str, request: dict[str, Any]
) -> Iterable[Contender]:  # fmt: skip
    name = "ONNX Runtime fp32"
    if not programs.has_onnx:
        results.left_out[name] = "it cannot be held to a class of processors"
        return
    settings: Settings = request["settings"]
    onnx = programs.out / f"latency-{'-'.join(settings['model']['pooling'])}.onnx"
    try:
        source = ("--settings", json.dumps(settings), "--length", str(request["length"]))
        export_onnx(onnx, programs.environment, *source)
        yield programs.onnx_worker(name, request | {"onnx": str(onnx)})
    except ProcessFailed as error:
        results.fail(work, name, MILLISECONDS, f"the model could not be exported: {error}")
