"""Lets the benchmark import mnemo_reference, the reference programs' package, which lies beside this folder."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "reference"))
