"""Trainings of a search: their processes, and what their run folders tell."""

from __future__ import annotations

import json
import math
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tune_knobs import Settings
from workers import worker_environment

GOODBYE_SECONDS = 30.0  # for a stopped training to finish its step and save
DONE = ("finished", "stopped early")


class Failure(Exception):
    pass


def read_meta(run: Path) -> dict[str, Any]:
    try:
        return json.loads((run / "meta.json").read_text())
    except (OSError, json.JSONDecodeError):
        return {}  # not begun


def validation_losses(run: Path) -> list[float]:
    """Of the epochs so far. Of a finished training the best is what it says itself, as `mnemo tune` counts."""
    try:
        lines = (run / "metrics.jsonl").read_text().splitlines(keepends=True)
    except OSError:
        return []
    losses = [float(json.loads(line)["valid_loss"]) for line in lines if line.endswith("\n")]
    meta = read_meta(run)
    if meta.get("status") in DONE and "result" in meta:
        losses[meta["result"]["best_epoch"] - 1] = meta["result"]["valid_loss"]
    return losses


def lowest(losses: Sequence[float]) -> float:
    return min((loss for loss in losses if not math.isnan(loss)), default=math.inf)


def last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""


class Processes:
    """Programs in sessions of their own, so that no Ctrl-C reaches them; none outlives the block."""

    def __init__(self, cache: Path) -> None:
        self.environment = worker_environment((("XDG_CACHE_HOME", str(cache)),))
        self.started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self.environment,
                start_new_session=True,
            )  # fmt: skip
        self.started.append(process)
        return process

    def stop(self) -> None:
        running = [process for process in self.started if process.poll() is None]
        for process in running:
            process.terminate()  # `mnemo tune` stops its trainings itself
        end = time.monotonic() + GOODBYE_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass
class Trial:
    run: Path
    settings: Settings
    process: subprocess.Popen[bytes]
    handle: Any = None  # Optuna's
    begun: float = 0.0  # seconds of the search
    ended: float | None = None
    is_pruned: bool = False
    failure: str = ""
    losses: list[float] = field(default_factory=list)

    @property
    def best(self) -> float:
        return math.inf if self.failure else lowest(self.losses)

    def facts(self) -> dict[str, Any]:
        state = "failed" if self.failure else "pruned" if self.is_pruned else "ended" if self.ended else "running"
        facts = {"run": self.run.name, "state": state, "settings": self.settings, "valid_losses": self.losses}
        return facts | {"begun": self.begun, "ended": self.ended, "failure": self.failure}
