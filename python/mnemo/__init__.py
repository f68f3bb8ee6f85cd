"""mnemo: fast LSTMs for texts, numeric series and forecasts.

``TextClassifier``, ``SeriesClassifier``, ``SeriesRegressor`` and ``Forecaster`` learn as scikit-learn's estimators do;
``train`` and ``load`` work with the run folders of the command ``mnemo``. Names are loaded when they are first used,
so that ``import mnemo`` costs nothing, and neither does the command.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._built_for import TORCH_VERSION
    from ._built_for import VERSION as __version__
    from ._errors import Error, SettingError, UsageError
    from ._explanation import Explanation
    from ._forecasting import Forecaster
    from ._keras import from_keras
    from ._run import Run, load
    from ._series import SeriesClassifier, SeriesRegressor
    from ._texts import TextClassifier
    from ._training import train

_HOMES = {
    "Error": "_errors",
    "Explanation": "_explanation",
    "Forecaster": "_forecasting",
    "Run": "_run",
    "SeriesClassifier": "_series",
    "SeriesRegressor": "_series",
    "SettingError": "_errors",
    "TORCH_VERSION": "_built_for",
    "TextClassifier": "_texts",
    "UsageError": "_errors",
    "__version__": "_built_for",
    "from_keras": "_keras",
    "load": "_run",
    "train": "_training",
}

__all__ = [
    "Error",
    "Explanation",
    "Forecaster",
    "Run",
    "SeriesClassifier",
    "SeriesRegressor",
    "SettingError",
    "TORCH_VERSION",
    "TextClassifier",
    "UsageError",
    "__version__",
    "from_keras",
    "load",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mnemo' has no attribute {name!r}")
    home = importlib.import_module(f".{_HOMES[name]}", __name__)
    value = getattr(home, "VERSION" if name == "__version__" else name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
