"""What becomes of contenders that fail, and which floors are asked where."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from contenders import Programs
from floors import STEP, failures, judge_all
from measurements import MILLISECONDS, Measurement, Results
from processor import CLASSES, VARIABLES, class_named
from workers import Contender, Race, Team, Worker, WorkerError, worker_environment

ONE_ROUND = Race(rounds=1, slice_seconds=0.0)

WORKER = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps({answer}), flush=True)
"""


def worker(name: str, answer: str) -> Contender:
    """`answer`: Python, of the `request`."""
    return Contender(name, (sys.executable, "-c", WORKER.format(answer=answer)), {"work": "w"})


GOOD = "{'ready': True} if 'work' in request else {'seconds': [0.01] * request['repeat'], 'tokens': [1]}"


def race(*contenders: Contender) -> Results:
    results = Results()
    with Team(results) as team:
        team.race("work", contenders, ONE_ROUND)
    return results


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (Contender("bad", ("/bin/sh", "-c", "echo no model >&2; exit 3"), {"work": "w"}), "status 3: no model"),
        (Contender("bad", ("/nowhere/worker",), {"work": "w"}), "it did not start"),
        (worker("bad", "{'error': 'the training diverged'}"), "the training diverged"),
        (worker("bad", "{'ready': True} if 'work' in request else sys.exit('out of memory')"), "out of memory"),
    ],
)
def test_a_contender_that_fails_fails_the_run(bad, why):
    results = race(worker("good", GOOD), bad)
    good, failed = results.measurements
    assert good.rounds == [10.0] and not good.failure
    assert failed.rounds == [] and why in failed.failure
    (told,) = failures(results, [], is_complete=False)
    assert told.startswith("work: bad: ") and why in told


def measured(**figures: float) -> Results:
    return Results([Measurement(STEP, name.replace("_", " "), MILLISECONDS, [ms]) for name, ms in figures.items()])


def verdicts(results: Results, precision: str, is_judged_by_speed: bool = True) -> list[tuple[str, str, str]]:
    rows = judge_all(results, frozenset({"step"}), precision, is_judged_by_speed)
    return [(row.floor.mnemo, row.contender, row.verdict) for row in rows]


def test_bf16_has_floors_only_where_mnemo_takes_it():
    results = measured(mnemo_fp32=10.0, PyTorch_fp32_eager=18.0)
    assert verdicts(results, "fp32") == [("mnemo fp32", "PyTorch fp32 eager", "ok")]
    asked = {mnemo for mnemo, _, _ in verdicts(results, "bf16")}
    assert asked == {"mnemo bf16", "mnemo fp32"}


def test_a_floor_is_missed_by_speed_only_where_speed_is_judged():
    slow = measured(mnemo_fp32=10.0, PyTorch_fp32_eager=11.0)
    assert verdicts(slow, "fp32") == [("mnemo fp32", "PyTorch fp32 eager", "MISSED")]
    assert verdicts(slow, "fp32", is_judged_by_speed=False) == [("mnemo fp32", "PyTorch fp32 eager", "not judged")]


def test_what_is_missing_fails_a_complete_run_alone():
    results = measured(mnemo_fp32=10.0)
    rows = judge_all(results, frozenset({"step"}), "fp32", is_judged_by_speed=False)
    assert [row.verdict for row in rows] == ["not run"]
    assert failures(results, rows, is_complete=False) == []
    assert len(failures(results, rows, is_complete=True)) == 1


def test_keras_may_be_missing():
    results = measured(mnemo_bf16=1.0, mnemo_fp32=2.0, PyTorch_fp32_eager=10.0, PyTorch_bf16_eager=5.0)
    results.left_out["Keras"] = "its environment is not there"
    rows = judge_all(results, frozenset({"step"}), "bf16", is_judged_by_speed=True)
    assert [row.verdict for row in rows if row.floor.against.startswith("Keras")] == ["left out"]
    assert failures(results, rows, is_complete=True) == []


@pytest.mark.parametrize("held", CLASSES, ids=lambda one: one.name)
def test_all_contenders_are_held_to_the_class_and_to_nothing_else(held, monkeypatch):
    for name in (*VARIABLES, "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "left over")
    environment = tuple(held.environment.items())
    programs = Programs(Path("mnemo"), Path("mnemo_benchmark"), Path("keras"), Path("out"), "fp32", environment)
    for contender in (programs.mnemo_worker("mnemo", {}), programs.pytorch_worker("PyTorch", {}),
                      programs.onnx_worker("ONNX Runtime", {}), programs.keras_worker("Keras", {}, "jax")):  # fmt: skip
        found = worker_environment(contender.environment)
        assert {name: found[name] for name in VARIABLES} == held.environment
        assert "OMP_NUM_THREADS" not in found


def test_a_class_above_the_processor_is_refused(monkeypatch):
    monkeypatch.setattr("processor.cpuinfo", lambda key: "avx2 fma" if key == "flags" else "A small one")
    assert class_named("avx2").name == "avx2"
    with pytest.raises(ValueError, match="A small one: AVX2 alone"):
        class_named("avx512")


def test_a_worker_that_says_nonsense_is_an_error():
    asked = Worker(Contender("bad", ("/bin/sh", "-c", "read line; echo no JSON"), {}))
    with pytest.raises(WorkerError, match="answered b.no JSON"):
        asked.ask({"work": "w"})
    asked.close()
