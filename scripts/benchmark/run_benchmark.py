"""Runs the experiments, prints the tables and gives the verdict. Started by run.sh, which makes what this needs."""

from __future__ import annotations

import dataclasses
import os
import random
import sys
from pathlib import Path

from command_line import EXPERIMENTS, Options, parse_command_line
from contenders import THREADS, Programs
from experiments import (
    measure_forecast,
    measure_latency,
    measure_layer,
    measure_lengths,
    measure_step,
    measure_threads,
)
from floors import judge_all
from growth import measure_growth
from measurements import Results
from processes import ProcessFailed
from report import print_report, write_json
from whole_processes import imdb_run, measure_inference, measure_job

REPO = Path(__file__).resolve().parents[2]
LONGEST_TEXT = 400
WINDOW_TEXTS = 50 * 32  # one window of batches


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


def sample_tokens(run: Path, train_file: Path, target: Path) -> int:
    """Writes the ids of a sample of IMDB's training texts and returns the size of the vocabulary."""
    from sentencepiece import SentencePieceProcessor

    import reference_package  # noqa: F401  (for mnemo_reference)
    from mnemo_reference.texts import LengthLimit, encode, read_csv
    from token_file import write_token_file

    tokenizer = SentencePieceProcessor(model_file=str(run / "tokenizer.model"))
    texts = read_csv(train_file)[0]
    texts = random.Random(1).sample(texts, min(WINDOW_TEXTS, len(texts)))
    ids = encode(tokenizer, texts, LengthLimit(LONGEST_TEXT, "head"), THREADS)
    write_token_file(target, ids)
    print(f"{len(ids)} texts of {sum(map(len, ids)) / len(ids):.0f} pieces on average", flush=True)
    return tokenizer.vocab_size()


def run_synthetic(options: Options, programs: Programs, results: Results) -> None:
    measures = {"layer": measure_layer, "step": measure_step, "threads": measure_threads,
                "latency": measure_latency, "forecast": measure_forecast, "growth": measure_growth}  # fmt: skip
    for name, measure in measures.items():
        if name in options.only:
            measure(programs, results, options.quick)


def run_on_data(options: Options, programs: Programs, results: Results) -> None:
    wanted = options.only & {"lengths", "inference", "job"}
    if options.data is None:
        for name in sorted(wanted):
            results.not_run[name] = "no data: name its folder by --data or MNEMO_DATA"
            print(f"{EXPERIMENTS[name]}: NOT RUN: {results.not_run[name]}", flush=True)
        return
    if "job" in wanted:
        if options.quick:
            results.not_run["job"] = "not with --quick"
        else:
            measure_job(programs, results, options.data)
    if not wanted & {"lengths", "inference"}:
        return
    try:
        run = imdb_run(programs, options.data)
    except ProcessFailed as error:
        for name in wanted & {"lengths", "inference"}:
            results.not_run[name] = f"training a model to work with failed: {error}"
        return
    if "lengths" in wanted:
        tokens = programs.out / "imdb-tokens.bin"
        vocab_size = sample_tokens(run, options.data / "imdb/train.csv", tokens)
        measure_lengths(programs, results, options.quick, tokens, vocab_size)
    if "inference" in wanted:
        measure_inference(programs, results, options.quick, options.data, run)


def main() -> int:
    options = parse_command_line()
    programs = Programs(
        mnemo=options.build / "mnemo",
        mnemo_benchmark=options.build / "mnemo_benchmark",
        keras_python=REPO / ".venv-benchmark-keras/bin/python",
        out=options.out,
    )
    options.out.mkdir(parents=True, exist_ok=True)
    pin_to_cores(THREADS)
    load = os.getloadavg()[0]
    results = Results()
    if load > 0.5:
        results.note(f"the machine was not idle at the start (load average {load:.1f}): expect noise")
    run_on_data(options, programs, results)
    run_synthetic(options, programs, results)

    rows = judge_all(results, options.only)
    print_report(results, rows)
    settings = {name: str(value) for name, value in dataclasses.asdict(options).items()}
    for path in filter(None, (options.out / "results.json", options.json)):
        write_json(path, results, rows, settings)
    return 1 if any(row.verdict in ("MISSED", "FAILED") for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
