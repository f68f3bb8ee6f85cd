import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path += [str(REPO / "scripts" / "benchmark")]
