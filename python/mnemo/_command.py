"""The command ``mnemo`` of the package: the program itself, without torch's Python."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ._torch_check import require_torch


def main() -> None:
    try:
        require_torch()
    except ImportError as error:
        sys.exit(f"mnemo: error: {error}")
    program = Path(__file__).parent / "bin" / "mnemo"
    os.execv(program, [str(program), *sys.argv[1:]])
