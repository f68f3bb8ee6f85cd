"""Which torch is there, and whether it is the one that mnemo was built for. Imports neither."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from ._built_for import TORCH_VERSION, VERSION


def installed_torch() -> tuple[str, Path] | None:
    """Version and folder of the torch that ``import torch`` would load, which this does not."""
    spec = importlib.util.find_spec("torch")
    if spec is None or not spec.origin:
        return None
    folder = Path(spec.origin).parent
    try:
        found = re.search(
            r"^__version__ = '([^'+]*)", (folder / "version.py").read_text(encoding="utf-8"), re.MULTILINE
        )
    except OSError:
        return None
    return (found[1], folder) if found else None


def require_torch(version: str = TORCH_VERSION) -> None:
    """Raises ImportError, in words, unless the torch that is installed is the one that mnemo was built for."""
    found = installed_torch()
    advice = f"install that one (pip install 'torch=={version}'), or build mnemo anew for the one that is there"
    if found is None:
        raise ImportError(f"mnemo {VERSION} was built for torch {version}, and no torch is installed: {advice}")
    if found[0] != version:
        raise ImportError(
            f"mnemo {VERSION} was built for torch {version}, and {found[1]} is torch {found[0]}: {advice}"
        )
