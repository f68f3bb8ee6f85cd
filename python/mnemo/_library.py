"""Loads the library, ``mnemo._mnemo``, which links the LibTorch of the torch that is installed beside it."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from ._torch_check import require_torch


def load_library() -> ModuleType:
    require_torch()
    try:
        return importlib.import_module("._mnemo", __package__)
    except ImportError as error:
        # A CUDA build of torch finds the libraries of other packages for its own.
        if "cannot open shared object file" not in str(error) or "torch" in sys.modules:
            raise
        importlib.import_module("torch")
        return importlib.import_module("._mnemo", __package__)


library = load_library()
