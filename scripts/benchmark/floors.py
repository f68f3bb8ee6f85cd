"""The floors that mnemo is held to, and the verdict on each."""

from __future__ import annotations

from dataclasses import dataclass

from measurements import Measurement, Results

LAYER = "LSTM layer, forward and backward"
STEP = "training step, article model"
THREAD_STEP = "training step by 2 threads and by 1"
LENGTHS = "training, reviews of natural lengths, article model"
PLAIN_LENGTHS = "training, reviews of natural lengths, LSTM and mean alone"
LATENCY = "one text, LSTM and mean alone"
ARTICLE_LATENCY = "one text, article model"
FORECAST = "training step, default forecaster"
ARTICLE_FORECAST = "training step, article's forecaster"
INFERENCE = "reviews to predictions, whole process"
JOB = "whole job, reviews to saved model"
JOB_ACCURACY = "whole job, accuracy on the test file"
JOB_MEMORY = "whole job, peak memory"
GROWTH = "growth of a step's cost, worst point"


@dataclass(frozen=True)
class Floor:
    experiment: str
    work: str
    mnemo: str  # its contender's name
    against: str  # pattern: of the contenders it fits, the best counts
    least: float  # how many times better mnemo must be
    precision: str = ""  # asked only where `mnemo --precision auto` takes that; "": everywhere
    is_of_speed: bool = True


SLOWER_BY_AT_MOST = 1 / 1.05

FLOORS = (
    Floor("layer", LAYER, "mnemo bf16", "matrix product bf16", 0.50, "bf16"),
    Floor("layer", LAYER, "mnemo fp32", "matrix product fp32", 0.60),
    Floor("step", STEP, "mnemo bf16", "PyTorch fp32 eager*", 5.0, "bf16"),
    Floor("step", STEP, "mnemo bf16", "PyTorch bf16 eager*", 3.2, "bf16"),
    Floor("step", STEP, "mnemo bf16", "Keras on TensorFlow*", 9.0, "bf16"),
    Floor("step", STEP, "mnemo fp32", "PyTorch fp32 eager*", 1.7),
    Floor("threads", THREAD_STEP, "mnemo bf16, 2 threads", "mnemo bf16, 1 thread", 1.7, "bf16"),
    Floor("threads", THREAD_STEP, "mnemo fp32, 2 threads", "mnemo fp32, 1 thread", 1.7),
    *(
        floor
        for work in (LENGTHS, PLAIN_LENGTHS)
        for floor in (
            Floor("lengths", work, "mnemo bf16", "PyTorch bf16*", 2.5, "bf16"),
            Floor("lengths", work, "mnemo bf16", "PyTorch fp32 bucketed", 4.5, "bf16"),
            Floor("lengths", work, "mnemo bf16", "PyTorch fp32*packed*", 60.0, "bf16"),
            Floor("lengths", work, "mnemo fp32", "PyTorch fp32 bucketed", 1.6),
        )
    ),
    *(
        floor
        for work in (LATENCY, ARTICLE_LATENCY)
        for floor in (
            Floor("latency", work, "mnemo fp32", "ONNX Runtime fp32", 1.0),
            Floor("latency", work, "mnemo bf16", "ONNX Runtime fp32", 1.5, "bf16"),
        )
    ),
    Floor("forecast", FORECAST, "mnemo bf16", "PyTorch bf16*", 2.5, "bf16"),
    Floor("forecast", FORECAST, "mnemo fp32", "PyTorch fp32*", 1.6),
    Floor("forecast", ARTICLE_FORECAST, "mnemo*", "PyTorch*", 2.5),
    Floor("forecast", ARTICLE_FORECAST, "mnemo*", "Keras*", 5.0),
    Floor("job", JOB, "mnemo", "PyTorch*", 2.5),
    Floor("job", JOB_ACCURACY, "mnemo", "required", 1.0, is_of_speed=False),
    Floor("job", JOB_MEMORY, "mnemo", "PyTorch*", 1.0, is_of_speed=False),
    Floor("inference", INFERENCE, "mnemo*", "PyTorch*", 1.6),
    Floor("inference", INFERENCE, "mnemo*", "ONNX Runtime*", 2.5, "bf16"),
    Floor("inference", INFERENCE, "mnemo*", "ONNX Runtime*", 1.0, "fp32"),
    Floor("growth", GROWTH + ", bf16", "mnemo*", "PyTorch*", SLOWER_BY_AT_MOST, "bf16"),
    Floor("growth", GROWTH + ", fp32", "mnemo*", "PyTorch*", SLOWER_BY_AT_MOST),
)


@dataclass(frozen=True)
class Row:
    """A floor and what became of it."""

    floor: Floor
    contender: str
    ours: Measurement | None
    theirs: Measurement | None
    ratio: float | None
    verdict: str  # one of VERDICTS
    why: str = ""


# FAILED: mnemo or the other did not come through; not judged: speed, on sizes that say nothing of it; left out:
# nobody expects it here.
VERDICTS = ("ok", "MISSED", "FAILED", "not run", "not judged", "left out")


def judge(floor: Floor, results: Results, is_judged_by_speed: bool) -> Row:
    ours, theirs = results.best(floor.work, floor.mnemo), results.best(floor.work, floor.against)
    contender = theirs.contender if theirs else floor.against.rstrip("*")
    for who, measurement in (("mnemo", ours), (contender, theirs)):
        if measurement and not measurement.rounds:
            return Row(floor, contender, None, None, None, "FAILED", f"{who}: {measurement.failure}")
    if not ours or not theirs:
        return Row(floor, contender, ours, None, None, *why_missing(floor, contender, results))
    ratio = ours.unit.better(ours.figure, theirs.figure)
    if floor.is_of_speed and not is_judged_by_speed:
        return Row(floor, contender, ours, theirs, ratio, "not judged")
    return Row(floor, contender, ours, theirs, ratio, "ok" if ratio >= floor.least else "MISSED")


def why_missing(floor: Floor, contender: str, results: Results) -> tuple[str, str]:
    """The verdict and its reason."""
    for name, why in results.left_out.items():
        if floor.experiment == name or contender.startswith(name) or name.startswith(contender):
            return "left out", why
    return "not run", results.not_run.get(floor.experiment, "not measured")


def judge_all(results: Results, experiments: frozenset[str], precision: str, is_judged_by_speed: bool) -> list[Row]:
    """`precision`: what `mnemo --precision auto` takes here."""
    asked = [floor for floor in FLOORS if floor.experiment in experiments and floor.precision in ("", precision)]
    return [judge(floor, results, is_judged_by_speed) for floor in asked]


def failures(results: Results, rows: list[Row], is_complete: bool) -> list[str]:
    """Why the run has failed: floors that are missed, contenders that did not come through, and in a complete run
    what was not run."""
    lost = {"MISSED"} | ({"not run"} if is_complete else set())
    found = [f"{row.floor.work}: {row.floor.mnemo} against {row.contender}: {row.verdict}" for row in rows
             if row.verdict in lost]  # fmt: skip
    return found + [f"{m.work}: {m.contender}: {m.failure}" for m in results.measurements if not m.rounds]
