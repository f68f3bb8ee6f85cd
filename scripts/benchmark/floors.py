"""The floors that mnemo is held to, and the verdict on each."""

from __future__ import annotations

from dataclasses import dataclass

from measurements import Measurement, Results

LAYER = "LSTM layer, forward and backward, B 32, T 100, E 128, H 256"
STEP = "training step, article model, B 32, T 100"
THREAD_STEP = "training step by 2 threads and by 1"
LENGTHS = "training, IMDB, up to 400 pieces, article model"
PLAIN_LENGTHS = "training, IMDB, up to 400 pieces, LSTM and mean alone"
LATENCY = "one text of 100 tokens, LSTM and mean alone"
ARTICLE_LATENCY = "one text of 100 tokens, article model"
FORECAST = "training step, default forecaster, 64 windows of 720 rows and 7 columns"
ARTICLE_FORECAST = "training step, article's forecaster, 32 windows of 24 rows"
INFERENCE = "IMDB test file to predictions, whole process"
JOB = "whole job, IMDB file to saved model"
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


SLOWER_BY_AT_MOST = 1 / 1.05

FLOORS = (
    Floor("layer", LAYER, "mnemo bf16", "matrix product 2048^3 bf16", 0.50),
    Floor("layer", LAYER, "mnemo fp32", "matrix product 2048^3 fp32", 0.60),
    Floor("step", STEP, "mnemo bf16", "PyTorch fp32 eager*", 5.0),
    Floor("step", STEP, "mnemo bf16", "PyTorch bf16 eager*", 3.2),
    Floor("step", STEP, "mnemo bf16", "Keras on TensorFlow*", 9.0),
    Floor("step", STEP, "mnemo fp32", "PyTorch fp32 eager*", 1.7),
    Floor("threads", THREAD_STEP, "mnemo bf16, 2 threads", "mnemo bf16, 1 thread", 1.7),
    Floor("threads", THREAD_STEP, "mnemo fp32, 2 threads", "mnemo fp32, 1 thread", 1.7),
    *(
        floor
        for work in (LENGTHS, PLAIN_LENGTHS)
        for floor in (
            Floor("lengths", work, "mnemo bf16", "PyTorch bf16*", 2.5),
            Floor("lengths", work, "mnemo bf16", "PyTorch fp32 bucketed", 4.5),
            Floor("lengths", work, "mnemo bf16", "PyTorch fp32*packed*", 60.0),
            Floor("lengths", work, "mnemo fp32", "PyTorch fp32 bucketed", 1.6),
        )
    ),
    *(
        floor
        for work in (LATENCY, ARTICLE_LATENCY)
        for floor in (
            Floor("latency", work, "mnemo fp32", "ONNX Runtime fp32", 1.0),
            Floor("latency", work, "mnemo bf16", "ONNX Runtime fp32", 1.5),
        )
    ),
    Floor("forecast", FORECAST, "mnemo bf16", "PyTorch bf16*", 2.5),
    Floor("forecast", FORECAST, "mnemo fp32", "PyTorch fp32*", 1.6),
    Floor("forecast", ARTICLE_FORECAST, "mnemo*", "PyTorch*", 2.5),
    Floor("forecast", ARTICLE_FORECAST, "mnemo*", "Keras*", 5.0),
    Floor("job", JOB, "mnemo", "PyTorch bf16 bucketed", 2.5),
    Floor("job", JOB_ACCURACY, "mnemo", "required", 1.0),
    Floor("job", JOB_MEMORY, "mnemo", "PyTorch bf16 bucketed", 1.0),
    Floor("inference", INFERENCE, "mnemo bf16", "PyTorch bf16 bucketed", 1.6),
    Floor("inference", INFERENCE, "mnemo bf16", "ONNX Runtime fp32 bucketed", 2.5),
    Floor("growth", GROWTH + ", bf16", "mnemo*", "PyTorch*", SLOWER_BY_AT_MOST),
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
    verdict: str  # ok, MISSED, FAILED (mnemo itself) or not run
    why: str = ""


def judge(floor: Floor, results: Results) -> Row:
    ours, theirs = results.best(floor.work, floor.mnemo), results.best(floor.work, floor.against)
    contender = theirs.contender if theirs else floor.against.rstrip("*")
    if ours and not ours.rounds:
        return Row(floor, contender, None, None, None, "FAILED", f"mnemo: {ours.failure}")
    if not ours or not theirs or not theirs.rounds:
        failure = theirs.failure if theirs else ""
        why = failure or results.not_run.get(floor.experiment) or results.not_run.get(contender, "not measured")
        return Row(floor, contender, ours, None, None, "not run", why)
    ratio = ours.unit.better(ours.figure, theirs.figure)
    return Row(floor, contender, ours, theirs, ratio, "ok" if ratio >= floor.least else "MISSED")


def judge_all(results: Results, experiments: frozenset[str]) -> list[Row]:
    return [judge(floor, results) for floor in FLOORS if floor.experiment in experiments]
