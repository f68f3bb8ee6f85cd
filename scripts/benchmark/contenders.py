"""Who takes part: how each contender's worker is started."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers import Contender

HERE = Path(__file__).parent
THREADS = 2  # of every contender, unless a work says otherwise
Environment = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Programs:
    mnemo: Path
    mnemo_benchmark: Path
    keras_python: Path  # need not be there
    out: Path  # folder for everything that is made on the way
    precision: str  # that `mnemo --precision auto` takes on this processor: bf16 or fp32
    environment: Environment = ()  # of every contender
    has_onnx: bool = True  # or ONNX Runtime would use more of the processor than the others may
    may_use_keras: bool = True  # likewise

    @property
    def precisions(self) -> tuple[str, ...]:
        """To compare in. Where bf16 is emulated nobody would use it."""
        return ("bf16", "fp32") if self.precision == "bf16" else ("fp32",)

    def mnemo_worker(self, name: str, request: dict[str, Any], **settings: Any) -> Contender:
        return self.worker(name, (str(self.mnemo_benchmark),), request, **settings)

    def pytorch_worker(self, name: str, request: dict[str, Any], **settings: Any) -> Contender:
        return self.worker(name, python_command("pytorch_worker.py"), request, **settings)

    def onnx_worker(self, name: str, request: dict[str, Any], **settings: Any) -> Contender:
        return self.worker(name, python_command("onnx_worker.py"), request, **settings)

    def keras_worker(self, name: str, request: dict[str, Any], backend: str) -> Contender:
        command = (str(self.keras_python), str(HERE / "keras_worker.py"))
        return self.worker(name, command, request, (("KERAS_BACKEND", backend),))

    def worker(
        self, name: str, command: tuple[str, ...], request: dict[str, Any], environment: Environment = (),
        **settings: Any,
    ) -> Contender:  # fmt: skip
        environment = self.environment + environment
        return Contender(name, command, {"threads": THREADS} | request, environment=environment, **settings)


def python_command(script: str, *arguments: str | Path) -> tuple[str, ...]:
    return (sys.executable, str(HERE / script), *map(str, arguments))
