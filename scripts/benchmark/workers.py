"""The driver's side of the workers: contenders race each other in interleaved slices, one at a time."""

from __future__ import annotations

import json
import os
import select
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from measurements import MILLISECONDS, Measurement, Results, Unit
from processor import VARIABLES

SETTLE_SECONDS = 0.05  # until the threads of the worker before are asleep
ANSWER_SECONDS = 900.0  # the longest wait for an answer, on a machine that has much else to do
IDLE_SHARE = 0.05  # of a core; an idle worker that takes more spoils the others' figures
LONGEST_MESSAGE = 120  # characters of a failure
FOREIGN_SHARE = 0.05  # of the machine, taken by processes that are no workers

T = TypeVar("T")

# Seconds of a slice's steps, and the tokens that each read -> the slice's figure.
Figure = Callable[[list[float], list[int]], float]


def milliseconds(seconds: list[float], tokens: list[int]) -> float:
    return 1000 * statistics.median(seconds)


def tokens_per_second(seconds: list[float], tokens: list[int]) -> float:
    return sum(tokens) / sum(seconds)


@dataclass(frozen=True)
class Contender:
    name: str
    command: tuple[str, ...]
    request: dict[str, Any]
    unit: Unit = MILLISECONDS
    figure: Figure = milliseconds
    repeat: int | None = None  # steps of a slice; None: as many as fill Race.slice_seconds
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Race:
    rounds: int
    slice_seconds: float
    max_repeat: int = 2000


class WorkerError(Exception):
    """A contender that failed or did not answer in time."""


def worker_environment(extra: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Instructions and thread pools as their libraries take them by default (threads sleep soon after their work is
    done), but for what `extra` says."""
    tuning = ("OMP_", "GOMP_", "KMP_", "MKL_", "ONEDNN_", "DNNL_", *VARIABLES)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(tuning)}
    return kept | {"TF_CPP_MIN_LOG_LEVEL": "2"} | dict(extra)


class Worker:
    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        self.errors = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(
                contender.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                env=worker_environment(contender.environment), cwd=Path(__file__).parent,
            )  # fmt: skip
        except OSError as error:
            raise WorkerError(f"it did not start: {error}") from None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise WorkerError(self.last_words()) from None
        # An answer is one line, and a worker never writes unasked: what select sees is a whole answer's start.
        ready, _, _ = select.select([self.process.stdout], [], [], ANSWER_SECONDS)
        if not ready:
            raise WorkerError(f"no answer within {ANSWER_SECONDS:.0f} s")
        line = self.process.stdout.readline()
        if not line:
            raise WorkerError(self.last_words())
        try:
            answer = json.loads(line)
        except ValueError:
            raise WorkerError(f"it answered {line[:LONGEST_MESSAGE]!r}, which is no JSON") from None
        if "error" in answer:
            raise WorkerError(answer["error"].splitlines()[0][:LONGEST_MESSAGE])
        return answer

    def last_words(self) -> str:
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:  # it has closed its output, and will not answer any more
            self.process.kill()
            self.process.wait()
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return f"it ended with status {self.process.returncode}" + (f": {lines[-1][:LONGEST_MESSAGE]}" if lines else "")

    def cpu_seconds(self) -> float:
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.errors.close()


def machine_busy_seconds() -> float:
    """Processor time of all processes since boot, time stolen by other virtual machines included."""
    user, nice, system, _, _, irq, soft, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def note_foreign_share(results: Results, work: str, share: float) -> None:
    if share > FOREIGN_SHARE:
        results.note(f"{work}: other processes took {share:.0%} of the machine meanwhile")


class Team:
    """Worker processes that stay from race to race; one for each contender's name."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.workers: dict[str, Worker] = {}
        self.former_cpu_seconds = 0.0  # of workers that are gone

    def __enter__(self) -> Team:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers.values():
            worker.close()

    def race(self, work: str, contenders: Sequence[Contender], race: Race) -> dict[str, Measurement]:
        """Lets the contenders do `work` in turns, and adds what was measured to the results."""
        print(f"{work}: {', '.join(contender.name for contender in contenders)}", flush=True)
        measured = {c.name: Measurement(work, c.name, c.unit) for c in contenders}
        for contender in contenders:  # they load their libraries side by side
            self.attempt(contender, measured[contender.name], self.start)
        for contender in contenders:
            self.attempt(contender, measured[contender.name], lambda c: self.workers[c.name].ask(c.request))
        repeats = {
            c.name: self.attempt(c, measured[c.name], lambda c: self.choose_repeat(c, race)) or 0 for c in contenders
        }
        start, busy = time.monotonic(), machine_busy_seconds() - self.own_cpu_seconds()
        for number in range(race.rounds):
            shift = number % len(contenders)  # nobody always follows the same one
            for contender in [*contenders[shift:], *contenders[:shift]]:
                if not measured[contender.name].failure:
                    self.run_slice(contender, repeats[contender.name], measured[contender.name])
        foreign = machine_busy_seconds() - self.own_cpu_seconds() - busy
        share = foreign / (time.monotonic() - start) / (os.cpu_count() or 1)
        note_foreign_share(self.results, work, share)
        self.results.measurements.extend(measured.values())
        return measured

    def attempt(self, contender: Contender, measured: Measurement, act: Callable[[Contender], T]) -> T | None:
        """Drops a contender that fails; one that has failed already is let be."""
        if measured.failure:
            return None
        try:
            return act(contender)
        except WorkerError as error:
            self.drop(contender, measured, str(error))
            return None

    def start(self, contender: Contender) -> None:
        if contender.name not in self.workers:
            self.workers[contender.name] = Worker(contender)

    def choose_repeat(self, contender: Contender, race: Race) -> int:
        """The number of steps of a slice."""
        if contender.repeat is not None:
            return contender.repeat
        seconds = statistics.median(self.workers[contender.name].ask({"repeat": 3, "warmup": 1})["seconds"])
        return max(1, min(race.max_repeat, round(race.slice_seconds / seconds)))

    def run_slice(self, contender: Contender, repeat: int, measured: Measurement) -> None:
        time.sleep(SETTLE_SECONDS)
        idle = [worker for name, worker in self.workers.items() if name != contender.name]
        start, idle_before = time.monotonic(), [worker.cpu_seconds() for worker in idle]
        # The first step finds the caches full of others' data. One that fills a slice bears it.
        warmup = 0 if contender.repeat is not None else max(1, repeat // 10)
        request = {"repeat": repeat, "warmup": warmup}
        answer = self.attempt(contender, measured, lambda c: self.workers[c.name].ask(request))
        if answer is None:
            return
        measured.rounds.append(contender.figure(answer["seconds"], answer["tokens"]))
        measured.samples.append(answer["seconds"])
        elapsed = time.monotonic() - start
        for worker, before in zip(idle, idle_before):
            share = (worker.cpu_seconds() - before) / elapsed
            if share > IDLE_SHARE and elapsed > 0.3:
                self.results.note(f"{worker.contender.name} was idle and took {share:.0%} of a core")

    def drop(self, contender: Contender, measured: Measurement, why: str) -> None:
        measured.failure, measured.rounds = why, []
        self.results.note(f"{measured.work}: {contender.name} failed: {why}")
        worker = self.workers.pop(contender.name, None)
        if worker:
            self.former_cpu_seconds += worker.cpu_seconds()
            worker.close()

    def own_cpu_seconds(self) -> float:
        present = sum(worker.cpu_seconds() for worker in self.workers.values())
        return present + self.former_cpu_seconds + time.process_time()
