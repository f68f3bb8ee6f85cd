"""What pip builds the wheel with: scikit-build-core, and then auditwheel, which takes in all libraries but torch's."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from scikit_build_core import build as backend
from scikit_build_core.build import *  # noqa: F403

OF_TORCH = ("libtorch_cpu.so", "libc10.so")  # found beside the package


def build_wheel(
    wheel_directory: str, config_settings: dict[str, Any] | None = None, metadata_directory: str | None = None
) -> str:
    with tempfile.TemporaryDirectory() as folder:
        name = backend.build_wheel(folder, config_settings, metadata_directory)
        return with_libraries(Path(folder) / name, Path(wheel_directory))


def with_libraries(wheel: Path, out: Path) -> str:
    """Writes the wheel with the libraries that it links, under names of their own: Python has its own libcrypto."""
    with tempfile.TemporaryDirectory() as folder:
        excluded = [word for library in OF_TORCH for word in ("--exclude", library)]
        repair = [sys.executable, "-m", "auditwheel", "repair", "--plat", "auto", "--wheel-dir", folder, *excluded]
        subprocess.run([*repair, str(wheel)], check=True)
        (made,) = Path(folder).glob("*.whl")
        (out / made.name).write_bytes(made.read_bytes())
        return made.name
