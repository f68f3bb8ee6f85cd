"""The whole benchmark on tiny sizes: every contender runs, and does the work that it is asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("MNEMO_BINARY", REPO / "build" / "release" / "mnemo")).absolute().parent

# One process runs it once for all tests of this file.
pytestmark = pytest.mark.xdist_group("benchmark")

STEP = "training step, article model"
FORECAST, ARTICLE_FORECAST = "training step, default forecaster", "training step, article's forecaster"
LENGTHS = ("training, reviews of natural lengths, article model",
           "training, reviews of natural lengths, LSTM and mean alone")  # fmt: skip
LATENCY = ("one text, LSTM and mean alone", "one text, article model")
JOB = ("whole job, reviews to saved model", "whole job, accuracy on the test file", "whole job, peak memory")
GROWTH = ("length 10", "length 20", "hidden_size 32", "hidden_size 64", "layers 1", "layers 2", "vocab_size 500",
          "vocab_size 1000", "batch 4", "batch 8")  # fmt: skip


def expected_rows(precision: str) -> set[tuple[str, str]]:
    """(work, contender) of all that must run, where `--precision auto` takes this one."""
    rows: set[tuple[str, str]] = set()

    def add(work: str, *contenders: str) -> None:
        rows.update((work, contender) for contender in contenders)

    for p in ("bf16", "fp32") if precision == "bf16" else ("fp32",):
        add("LSTM layer, forward and backward", f"mnemo {p}", f"matrix product {p}")
        add(STEP, f"mnemo {p}", f"PyTorch {p} eager", f"PyTorch {p} eager, Adam not fused")
        add("training step by 2 threads and by 1", f"mnemo {p}, 1 thread", f"mnemo {p}, 2 threads")
        for work in LENGTHS:
            add(work, f"mnemo {p}", f"PyTorch {p} bucketed")
        add(LENGTHS[0], f"PyTorch {p} padded to the batch", f"PyTorch {p} padded to the longest")
        for work in LATENCY:
            add(work, f"mnemo {p}", f"PyTorch {p}", "ONNX Runtime fp32")
        for work in (FORECAST, ARTICLE_FORECAST):
            add(work, f"mnemo {p}", f"PyTorch {p} eager")
        for place in GROWTH:
            add(f"growth, {place}", f"mnemo {p}", f"PyTorch {p} eager")
    for work in (STEP, FORECAST, ARTICLE_FORECAST):
        add(work, f"PyTorch {precision} compiled")
    add(LENGTHS[0], f"PyTorch {precision} bucketed, compiled")
    for threads in ("1 thread", "2 threads"):
        add(LENGTHS[0], f"PyTorch fp32 bucketed and packed, {threads}")
        for work in LENGTHS:
            add(work, f"PyTorch fp32 packed, {threads}")
    for work in JOB:
        add(work, "mnemo", f"PyTorch {precision} bucketed")
    add("reviews to predictions, whole process", f"mnemo {precision}", f"PyTorch {precision} bucketed",
        "ONNX Runtime fp32 bucketed")  # fmt: skip
    return rows


def run_benchmark(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"MNEMO_BENCHMARK_BUILD": str(BUILD)}
    return subprocess.run([REPO / "scripts/benchmark/run.sh", *arguments], env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if not (BUILD / "mnemo_benchmark").exists() and os.environ.get("CI") != "true":
        pytest.skip(f"{BUILD} has no mnemo_benchmark: configure with -D MNEMO_BUILD_BENCHMARKS=ON")
    file = tmp_path_factory.mktemp("benchmark") / "results.json"
    done = run_benchmark("--tiny", "--json", file)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    return json.loads(file.read_text())


def test_every_contender_runs(results):
    ran = {(m["work"], m["contender"]) for m in results["measurements"] if m["rounds"] and m["median"] > 0}
    missing = expected_rows(results["machine"]["precision"]) - ran
    assert not missing
    assert [m for m in results["measurements"] if m["failure"]] == []


def test_speed_is_not_judged_but_accuracy_is(results):
    of_all = [floor for floor in results["floors"] if not floor["against"].startswith("Keras")]
    verdicts = {floor["work"]: floor["verdict"] for floor in of_all}
    assert verdicts.pop(JOB[1]) == verdicts.pop(JOB[2]) == "ok"
    assert set(verdicts.values()) == {"not judged"}


def test_results_name_the_processor(results):
    machine = results["machine"]
    assert machine["processor"]
    assert machine["precision"] == ("bf16" if machine["processor_class"] in ("AMX", "AVX-512 with bf16") else "fp32")
    assert machine["held_to"] is None


def test_all_are_held_to_a_lesser_class(results, tmp_path):
    if results["machine"]["processor_class"] == "another kind":
        pytest.skip("this processor has no AVX2")
    done = run_benchmark("--tiny", "--processor-class", "avx2", "--only", "latency", "--json", tmp_path / "held.json")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    held = json.loads((tmp_path / "held.json").read_text())
    assert held["machine"]["held_to"] == "AVX2 alone"
    assert held["machine"]["mnemo_kernels"] == "avx2"
    assert held["machine"]["libtorch_kernels"] == "AVX2"
    assert held["machine"]["precision"] == "fp32"
    contenders = {m["contender"] for m in held["measurements"]}
    assert contenders >= {"mnemo fp32", "PyTorch fp32"}
    assert not any("bf16" in name for name in contenders)


def test_two_builds_race_at_every_work(results):
    precisions = 2 if results["machine"]["precision"] == "bf16" else 1
    command = [sys.executable, REPO / "scripts/benchmark/compare_builds.py"]
    done = subprocess.run([*command, BUILD, BUILD, "--tiny"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr[-6000:]
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()[2:]]
    assert len(rows) == 15 * precisions
    for name, base, now, ratio in rows:
        # All three are rounded to the third digit behind the point.
        least, most = ((float(now) + off) / (float(base) - off) for off in (-0.0005, 0.0005))
        assert least - 0.0005 <= float(ratio) <= most + 0.0005, name


def test_a_build_without_the_program_is_named(tmp_path):
    command = [sys.executable, REPO / "scripts/benchmark/compare_builds.py", tmp_path, tmp_path, "--tiny"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"there is no {tmp_path / 'mnemo_benchmark'}" in done.stderr
