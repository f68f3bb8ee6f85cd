"""Runs the experiments, prints the tables and gives the verdict. Started by run.sh, which makes what this needs."""

from __future__ import annotations

import dataclasses
import os
import random
import shutil
import sys
from pathlib import Path
from typing import Any

from command_line import EXPERIMENTS, REPO, Options, parse_command_line
from contenders import THREADS, Environment, Programs
from experiments import (
    measure_forecast,
    measure_latency,
    measure_layer,
    measure_lengths,
    measure_step,
    measure_threads,
)
from floors import failures, judge_all
from growth import measure_growth
from measurements import Results
from processes import ProcessFailed
from processor import own_class
from report import describe_machine, print_report, write_json
from scale import Scale
from whole_processes import Reviews, measure_inference, measure_job, reviews_run
from workers import Contender, Worker, WorkerError

WINDOW_BATCHES = 50


def pin_to_cores(count: int) -> None:
    """Everything runs on the same `count` cores, since some contenders take as many threads as they see cores."""
    first_threads: dict[str, int] = {}
    for cpu in sorted(os.sched_getaffinity(0)):
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        core = siblings.read_text().strip() if siblings.exists() else str(cpu)
        first_threads.setdefault(core, cpu)
    if len(first_threads) < count:
        print(f"warning: this machine has {len(first_threads)} core(s); the floors are for {count}", flush=True)
    os.sched_setaffinity(0, list(first_threads.values())[:count])


def sample_tokens(run: Path, train_file: Path, scale: Scale, target: Path) -> int:
    """Writes the ids of one window of batches of the training texts and returns the size of the vocabulary."""
    from sentencepiece import SentencePieceProcessor

    import reference_package  # noqa: F401  (for mnemo_reference)
    from mnemo_reference.texts import LengthLimit, encode, read_csv
    from token_file import write_token_file

    tokenizer = SentencePieceProcessor(model_file=str(run / "tokenizer.model"))
    texts = read_csv(train_file)[0]
    texts = random.Random(1).sample(texts, min(WINDOW_BATCHES * scale.batch, len(texts)))
    ids = encode(tokenizer, texts, LengthLimit(scale.longest_text, "head"), THREADS)
    write_token_file(target, ids)
    print(f"{len(ids)} texts of {sum(map(len, ids)) / len(ids):.0f} pieces on average", flush=True)
    return tokenizer.vocab_size()


def run_synthetic(options: Options, programs: Programs, results: Results) -> None:
    measures = {"layer": measure_layer, "step": measure_step, "threads": measure_threads,
                "latency": measure_latency, "forecast": measure_forecast, "growth": measure_growth}  # fmt: skip
    for name, measure in measures.items():
        if name in options.only:
            measure(programs, results, options.scale)


def run_on_data(options: Options, programs: Programs, results: Results) -> None:
    wanted, scale = options.only & {"lengths", "inference", "job"}, options.scale
    if options.train_file is None or options.test_file is None:
        for name in sorted(wanted):
            results.not_run[name] = "no data: name its folder by --data or MNEMO_DATA"
            print(f"{EXPERIMENTS[name]}: NOT RUN: {results.not_run[name]}", flush=True)
        return
    reviews = Reviews(options.train_file, options.test_file)
    if "job" in wanted:
        if scale.job is None:
            results.left_out["job"] = "not with --quick"
        else:
            measure_job(programs, results, scale, reviews, scale.job)
    if not wanted & {"lengths", "inference"}:
        return
    try:
        run = reviews_run(programs, reviews, scale)
    except ProcessFailed as error:
        for name in wanted & {"lengths", "inference"}:
            results.not_run[name] = f"training a model to work with failed: {error}"
        return
    if "lengths" in wanted:
        tokens = programs.out / "tokens.bin"
        vocab_size = sample_tokens(run, reviews.train, scale, tokens)
        measure_lengths(programs, results, scale, tokens, vocab_size)
    if "inference" in wanted:
        measure_inference(programs, results, scale, reviews, run)


def environment_of(options: Options) -> Environment:
    held = tuple(options.held.environment.items()) if options.held else ()
    # A run whose speed does not count may have company, and threads that wait by spinning would hold all up.
    return held if options.scale.is_judged_by_speed else (*held, ("OMP_WAIT_POLICY", "passive"))


def ask_compute(worker: Path, environment: Environment) -> dict[str, str]:
    """Asks mnemo what it takes by itself on this processor, or on the lesser one that it is held to."""
    asked = Worker(Contender("mnemo", (str(worker),), {}, environment=environment))
    try:
        return asked.ask({"describe": "compute"})
    finally:
        asked.close()


def make_programs(options: Options, compute: dict[str, str]) -> Programs:
    own, held = own_class(), options.held
    return Programs(
        mnemo=options.build / "mnemo",
        mnemo_benchmark=options.build / "mnemo_benchmark",
        keras_python=REPO / ".venv-benchmark-keras/bin/python",
        out=options.out,
        precision=compute["precision"],
        environment=environment_of(options),
        # It takes fp32 and vectors as wide as there are.
        has_onnx=held is None or (own is not None and held.bits == own.bits),
        may_use_keras=held in (None, own),
    )


def main() -> int:
    options = parse_command_line()
    try:
        compute = ask_compute(options.build / "mnemo_benchmark", environment_of(options))
    except WorkerError as error:
        print(f"mnemo's worker {options.build / 'mnemo_benchmark'}: {error}", file=sys.stderr)
        return 1
    programs = make_programs(options, compute)
    if options.scale.is_complete:  # with nothing of an earlier version
        shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True, exist_ok=True)
    pin_to_cores(THREADS)
    results = Results()
    load = os.getloadavg()[0]
    if load > 0.5 and options.scale.is_judged_by_speed:
        results.note(f"the machine was not idle at the start (load average {load:.1f}): expect noise")
    machine = describe_machine(options.held, compute)
    print(describe(machine), flush=True)
    run_on_data(options, programs, results)
    run_synthetic(options, programs, results)

    rows = judge_all(results, options.only, compute["precision"], options.scale.is_judged_by_speed)
    print_report(results, rows)
    settings = {name: str(value) for name, value in dataclasses.asdict(options).items()}
    for path in filter(None, (options.out / "results.json", options.json)):
        write_json(path, results, rows, settings, machine)
    lost = failures(results, rows, options.scale.is_complete)
    for failure in lost:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if lost else 0


def describe(machine: dict[str, Any]) -> str:
    held = f", held to {machine['held_to']}" if machine["held_to"] else ""
    return (f"{machine['processor']}: {machine['processor_class']}{held}; --precision auto: {machine['precision']}; "
            f"mnemo's kernels: {machine['mnemo_kernels']}; LibTorch's: {machine['libtorch_kernels']}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
