"""Whole processes, run to their end."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from contenders import Environment, python_command
from workers import machine_busy_seconds, worker_environment


class ProcessFailed(Exception):
    pass


@dataclass(frozen=True)
class Usage:
    seconds: float
    peak_megabytes: float
    foreign_share: float  # of the machine, taken by other processes meanwhile


def run_process(command: tuple[str, ...], output: Path, environment: Environment) -> Usage:
    """Runs `command` with its standard output in `output`; its errors go to a file beside it."""
    errors = output.with_suffix(".log")
    with output.open("wb") as out, errors.open("wb") as err:
        start, busy = time.monotonic(), machine_busy_seconds()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=worker_environment(environment)
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        foreign = machine_busy_seconds() - busy - usage.ru_utime - usage.ru_stime
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        lines = errors.read_text(errors="replace").strip().splitlines()
        raise ProcessFailed(lines[-1] if lines else f"it ended with status {process.returncode}")
    return Usage(seconds, usage.ru_maxrss / 1024, foreign / seconds / (os.cpu_count() or 1))


def export_onnx(target: Path, environment: Environment, *source: str | Path) -> None:
    command = python_command("export_reference_onnx.py", "--out", target, *source)
    run_process(command, target.with_suffix(".txt"), environment)
