"""What the adapters for sktime and aeon share: an estimator of mnemo's inside, which has all the parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone


class Adapter:
    """Trains a copy of `estimator` and asks it. Without one: mnemo's, as its defaults are."""

    _makes: ClassVar[type]
    estimator_: Any

    def __init__(self, estimator: Any = None) -> None:
        self.estimator = estimator
        super().__init__()

    def _series(self, X: Any) -> list[np.ndarray]:
        """Each as (steps, features)."""
        raise NotImplementedError

    def _fit(self, X: Any, y: Any) -> Any:
        self.estimator_ = self._makes() if self.estimator is None else clone(self.estimator)
        self.estimator_.fit(self._series(X), y)
        return self

    def _predict(self, X: Any) -> np.ndarray:
        return self.estimator_.predict(self._series(X))

    def _predict_proba(self, X: Any) -> np.ndarray:
        return self.estimator_.predict_proba(self._series(X))

    @classmethod
    def _small(cls, **changed: Any) -> dict[str, Any]:
        """Parameters for the checks of sktime and aeon."""
        return {"estimator": cls._makes(epochs=2, hidden_sizes=[4], threads=1, **changed)}


def contiguous(series: Iterable[Any]) -> list[np.ndarray]:
    return [np.ascontiguousarray(one, dtype=np.float64) for one in series]
