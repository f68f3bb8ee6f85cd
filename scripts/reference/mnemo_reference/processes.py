"""Programs run one after another, each in a process of its own, with its time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Measured:
    output: str
    seconds: float
    peak_mib: float


def run_measured(command: list[str], environment: dict[str, str] | None = None) -> Measured:
    """Raises RuntimeError, with what the program said, when it fails."""
    # The output goes to a file, not a pipe: nobody reads while wait4 waits.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=os.environ | (environment or {}))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            reason = errors.read().decode(errors="replace").strip() or f"exit code {process.returncode}"
            raise RuntimeError(f"{reason}\nThe command was: {' '.join(command)}")
        peak = usage.ru_maxrss / (KIB_PER_MIB if sys.platform != "darwin" else KIB_PER_MIB**2)
        return Measured(output.read().decode(), seconds, peak)
