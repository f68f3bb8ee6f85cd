"""Whole processes by the clock, from start to exit: inference over a file, and the whole training job."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from contenders import THREADS, Environment, Programs, python_command
from floors import INFERENCE, JOB, JOB_ACCURACY, JOB_MEMORY
from measurements import ACCURACY, MEGABYTES, SECONDS, TEXTS_PER_SECOND, Measurement, Results
from processes import ProcessFailed, export_onnx, run_process
from scale import Scale
from workers import note_foreign_share

# Two computations of one model in different precisions: probabilities that far apart are the same answer, and so
# many texts must have it.
SAME_ANSWER = 0.05
LEAST_AGREEMENT = 0.99


@dataclass(frozen=True)
class Reviews:
    """CSV files with the columns label (two of them) and text."""

    train: Path
    test: Path


def labels_in(predictions: Path) -> list[str]:
    return [line.partition("\t")[0] for line in predictions.read_text().splitlines()]


def accuracy(predictions: Path, truth: list[str]) -> float:
    labels = labels_in(predictions)
    if len(labels) != len(truth):
        raise ProcessFailed(f"{predictions} has {len(labels)} lines, expected {len(truth)}")
    return sum(label == true for label, true in zip(labels, truth)) / len(truth)


def agreement(a: Path, b: Path) -> float:
    """The share of texts to which both files of predictions give the same answer."""
    rows_a, rows_b = ([line.split("\t") for line in path.read_text().splitlines()] for path in (a, b))
    if len(rows_a) != len(rows_b):
        return 0.0

    def gap(label_a: str, p_a: str, label_b: str, p_b: str) -> float:
        return abs(float(p_a) - (float(p_b) if label_a == label_b else 1 - float(p_b)))

    return sum(gap(*row_a, *row_b) <= SAME_ANSWER for row_a, row_b in zip(rows_a, rows_b)) / len(rows_a)


def reviews_run(programs: Programs, reviews: Reviews, scale: Scale) -> Path:
    """A run of mnemo on the reviews to work with: the whole job's, one of before, or one made now."""
    job, small = programs.out / "job-mnemo", programs.out / "reviews-run"
    for run in (job, small):
        if is_run_of(programs, run, reviews.train):
            return run
    print("training a model on the reviews to work with ...", flush=True)
    shutil.rmtree(small, ignore_errors=True)
    command = (*train_command(programs, reviews.train, small), *scale.training)
    run_process(command, small.with_suffix(".txt"), programs.environment)
    return small


def train_command(programs: Programs, train_file: Path, run: Path) -> tuple[str, ...]:
    """With an empty cache: nobody starts with work that was done before. Without n-grams, which the reference program
    does not train and ONNX has no operator for."""
    cache = programs.out / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    options = ("--train", str(train_file), "--out", str(run), "--cache-dir", str(cache), "--ngrams", "0")
    return (str(programs.mnemo), "train", "text", *options)


def is_run_of(programs: Programs, run: Path, train_file: Path) -> bool:
    info = subprocess.run((programs.mnemo, "info", run), capture_output=True)
    if info.returncode != 0:
        return False
    meta = json.loads((run / "meta.json").read_text())
    return meta["data"]["train_file"] == str(train_file) and not meta["settings"]["model"].get("ngrams")


def first_rows(source: Path, rows: int, target: Path) -> Path:
    """IMDB's rows are single lines."""
    with source.open(encoding="utf-8") as lines:
        target.write_text("".join(itertools.islice(lines, rows + 1)), encoding="utf-8")
    return target


def measure_inference(programs: Programs, results: Results, scale: Scale, reviews: Reviews, run: Path) -> None:
    texts = reviews.test
    if scale.test_texts is not None:
        texts = first_rows(texts, scale.test_texts, programs.out / "first-test-texts.csv")
    written = {name: programs.out / f"predictions-{name}.tsv" for name in ("mnemo", "pytorch", "onnx")}
    common = ("predict_reference.py", run, "--input", texts, "--out")
    precision = ("--precision", programs.precision)
    commands = {
        f"mnemo {programs.precision}": (str(programs.mnemo), "predict", str(run), "--input", str(texts), *precision),
        f"PyTorch {programs.precision} bucketed": python_command(*common, written["pytorch"], *precision),
    }
    outputs = [written["mnemo"], programs.out / "pytorch.txt"]
    if exported := onnx_file(programs, results, run):
        commands["ONNX Runtime fp32 bucketed"] = python_command(*common, written["onnx"], "--onnx", exported)
        outputs.append(programs.out / "onnx.txt")
    measured = {name: Measurement(INFERENCE, name, TEXTS_PER_SECOND) for name in commands}
    print(f"{INFERENCE}: {', '.join(commands)}", flush=True)
    for _ in range(scale.process_rounds):
        for (name, command), output in zip(commands.items(), outputs):
            attempt(measured[name], results, command, output, programs.environment)
    require_agreement(measured, written, results)
    count = len(labels_in(written["mnemo"]))
    for measurement in measured.values():
        measurement.samples = [measurement.rounds]  # seconds
        measurement.rounds = [count / seconds for seconds in measurement.rounds]
    results.measurements.extend(measured.values())


def onnx_file(programs: Programs, results: Results, run: Path) -> Path | None:
    """The run's model; None: there is none, and the results say why."""
    name, onnx = "ONNX Runtime fp32 bucketed", programs.out / f"{run.name}.onnx"
    onnx.unlink(missing_ok=True)
    if not programs.has_onnx:
        results.left_out[name] = "it cannot be held to a class of processors"
        return None
    try:
        export_onnx(onnx, programs.environment, "--run", run)
    except ProcessFailed as error:
        results.fail(INFERENCE, name, TEXTS_PER_SECOND, f"the model could not be exported: {error}")
        return None
    return onnx


def attempt(
    measurement: Measurement, results: Results, command: tuple[str, ...], output: Path, environment: Environment
) -> None:  # fmt: skip
    """Adds the seconds of one run, unless the contender has failed before."""
    if measurement.failure:
        return
    try:
        usage = run_process(command, output, environment)
        measurement.rounds.append(usage.seconds)
        note_foreign_share(results, f"{measurement.work}, {measurement.contender}", usage.foreign_share)
    except ProcessFailed as error:
        measurement.failure, measurement.rounds = str(error), []
        results.note(f"{measurement.work}: {measurement.contender} failed: {error}")


def require_agreement(measured: dict[str, Measurement], written: dict[str, Path], results: Results) -> None:
    """A contender that answers differently has done different work."""
    mnemo, *others = zip(measured.values(), written.values())
    if mnemo[0].failure:
        return
    for measurement, predictions in others:
        if measurement.failure:
            continue
        share = agreement(mnemo[1], predictions)
        print(f"  {measurement.contender} gives mnemo's answer to {share:.2%} of the texts", flush=True)
        if share < LEAST_AGREEMENT:
            measurement.failure, measurement.rounds = f"only {share:.2%} of its answers are mnemo's", []
            results.note(f"{INFERENCE}: {measurement.contender}: {measurement.failure}")


def measure_job(
    programs: Programs, results: Results, scale: Scale, reviews: Reviews, options: tuple[str, ...]
) -> None:  # fmt: skip
    mnemo_run, reference_run = programs.out / "job-mnemo", programs.out / "job-pytorch"
    mnemo_command = (*train_command(programs, reviews.train, mnemo_run), *options)
    config = programs.out / "job-config.ini"
    run_process((*mnemo_command, "--print-config"), config, programs.environment)
    commands = {
        "mnemo": (*mnemo_command, "--overwrite"),
        f"PyTorch {programs.precision} bucketed": python_command(
            "../reference/text_classifier.py", "--train", reviews.train, "--config", config, "--out", reference_run,
            "--precision", programs.precision, "--threads", str(THREADS),
        ),  # fmt: skip
    }
    print(f"{JOB}: {', '.join(commands)}", flush=True)
    for (name, command), run in zip(commands.items(), (mnemo_run, reference_run)):
        seconds = Measurement(JOB, name, SECONDS)
        memory = Measurement(JOB_MEMORY, name, MEGABYTES)
        correct = Measurement(JOB_ACCURACY, name, ACCURACY)
        try:
            usage = run_process(command, run.with_suffix(".txt"), programs.environment)
            note_foreign_share(results, f"{JOB}, {name}", usage.foreign_share)
            seconds.rounds, memory.rounds = [usage.seconds], [usage.peak_megabytes]
            correct.rounds = [test_accuracy(programs, run, reviews.test, is_mnemo=run == mnemo_run)]
        except ProcessFailed as error:
            for measurement in (seconds, memory, correct):
                measurement.failure = str(error)
            results.note(f"{JOB}: {name} failed: {error}")
        results.measurements += [seconds, memory, correct]
    results.measurements.append(Measurement(JOB_ACCURACY, "required", ACCURACY, [scale.required_accuracy]))


def test_accuracy(programs: Programs, run: Path, test: Path, *, is_mnemo: bool) -> float:
    import reference_package  # noqa: F401  (for mnemo_reference)
    from mnemo_reference.texts import read_csv

    predictions = run.with_suffix(".tsv")
    if is_mnemo:
        command = (str(programs.mnemo), "predict", str(run), "--input", str(test))
        run_process(command, predictions, programs.environment)
    else:
        command = python_command("predict_reference.py", run, "--input", test, "--out", predictions, "--precision",
                                 programs.precision)  # fmt: skip
        run_process(command, run.with_suffix(".predict.txt"), programs.environment)
    return accuracy(predictions, read_csv(test)[1])
